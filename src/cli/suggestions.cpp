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

std::string unknown_word(CLI::App& root, const std::vector<std::string>& arguments) {
  CLI::App* app = &root;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (word == "--") return "";
    if (word.starts_with("--")) {
      const std::string name = word.substr(0, word.find('='));
      const CLI::Option* option = find_option(app, name);
      if (option == nullptr) return say("There is no option", name, option_names(app));
      if (option->get_items_expected_max() > 0 && name == word) ++i;
      continue;
    }
    if (word.starts_with('-')) continue;
    CLI::App* next = find_command(*app, word);
    const std::vector<std::string> names = command_names(*app);
    if (next == nullptr && !names.empty() && !takes_words(*app)) {
      const std::string where = app == &root ? "astyq" : app->get_name();
      return say(where + " has no command", word, names);
    }
    if (next != nullptr) app = next;
  }
  return "";
}

}  // namespace astyq::cli
