// SPDX-License-Identifier: Apache-2.0
#include "cli/suggestions.h"

#include <algorithm>

#include "wire/nearest.h"
#include "wire/utf8.h"

namespace astyq::cli {
namespace {

std::string shown(const std::string& text) {
  return wire::is_utf8(text) ? wire::printable(text) : "(not text)";
}

std::string say(const std::string& what, const std::string& wanted,
                const std::vector<std::string>& names) {
  const std::vector<std::string_view> views(names.begin(), names.end());
  const std::string_view near = wire::nearest_name(wanted, views);
  std::string text = what + " '" + shown(wanted) + "'.";
  if (!near.empty()) text += " Did you mean " + std::string(near) + "?";
  return text;
}

std::vector<std::string> option_names(CLI::App* app) {
  std::vector<std::string> names;
  for (; app != nullptr; app = app->get_parent())
    for (const CLI::Option* option : app->get_options())
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    if (!command->get_group().empty()) names.push_back(command->get_name());
  return names;
}

bool takes_words(const CLI::App& app) {
  const auto options = app.get_options();
  return std::any_of(options.begin(), options.end(),
                     [](const CLI::Option* option) { return option->get_positional(); });
}

}  // namespace

CLI::Option* find_option(CLI::App* app, const std::string& name) {
  for (; app != nullptr; app = app->get_parent())
    if (CLI::Option* option = app->get_option_no_throw(name); option != nullptr) return option;
  return nullptr;
}

CLI::App* find_command(CLI::App& app, const std::string& name) {
  for (CLI::App* command : app.get_subcommands([](CLI::App*) { return true; }))
    if (command->get_name() == name) return command;
  return nullptr;
}

void Reached::take(const std::string& word) {
  if (open != nullptr) {
    open = nullptr;
  } else if (word.starts_with("--")) {
    const std::string name = word.substr(0, word.find('='));
    CLI::Option* option = find_option(app, name);
    if (option != nullptr && option->get_items_expected_max() > 0 && name == word) open = option;
  } else if (CLI::App* next = find_command(*app, word); next != nullptr) {
    app = next;
  }
}

std::string path_of(const CLI::App& app) {
  std::string path = app.get_name();
  for (const CLI::App* above = app.get_parent(); above != nullptr; above = above->get_parent())
    path = above->get_name() + " " + path;
  return path;
}

std::string commands_of(const CLI::App& app) {
  const std::vector<std::string> names = command_names(app);
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i)
    text += (i == 0 ? "" : i + 1 < names.size() ? ", " : " and ") + names[i];
  return text;
}

std::string unknown_word(CLI::App& root, const std::vector<std::string>& arguments) {
  Reached reached{&root};
  for (const std::string& word : arguments) {
    if (word == "--") return "";
    CLI::App* app = reached.app;
    const bool value = reached.open != nullptr;
    reached.take(word);
    if (value) continue;
    if (word.starts_with('-') && word.size() > 1) {
      const std::string name =
          word.starts_with("--") ? word.substr(0, word.find('=')) : word.substr(0, 2);
      if (find_option(app, name) == nullptr)
        return say("There is no option", name, option_names(app));
    } else if (reached.app == app && !command_names(*app).empty() && !takes_words(*app)) {
      return say(path_of(*app) + " has no command", word, command_names(*app));
    }
  }
  return "";
}

}  // namespace astyq::cli
