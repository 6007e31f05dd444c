// SPDX-License-Identifier: Apache-2.0
#include "cli/completions.h"

#include <vector>

namespace astyq::cli {
namespace {

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

struct Place {
  std::string path;  // "receipt split"; empty at the root
  const CLI::App* app;
};

// Every command with the words that lead to it, parents first.
std::vector<Place> places_of(const CLI::App& root) {
  std::vector<Place> places{{"", &root}};
  for (std::size_t i = 0; i < places.size(); ++i) {
    const Place place = places[i];
    for (const CLI::App* command : commands_of(*place.app))
      places.push_back(
          {place.path.empty() ? command->get_name() : place.path + " " + command->get_name(),
           command});
  }
  return places;
}

std::vector<std::string> long_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back(name);
  return names;
}

std::string fish_quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

}  // namespace

std::string bash_completions(const CLI::App& root) {
  const auto places = places_of(root);
  std::string globals;
  for (const std::string& name : long_names(root)) globals += " --" + name;
  std::string known;
  std::string words;
  for (const Place& place : places) {
    if (!place.path.empty())
      known += (known.empty() ? "" : "|") + std::string("\"") + place.path + "\"";
    words += "    \"" + place.path + "\") words=\"";
    for (const CLI::App* command : commands_of(*place.app)) words += command->get_name() + " ";
    if (!place.path.empty())
      for (const std::string& name : long_names(*place.app)) words += "--" + name + " ";
    words += "\";;\n";
  }
  return "_astyq() {\n"
         "  local current=\"${COMP_WORDS[COMP_CWORD]}\" path= words= next i\n"
         "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
         "    next=\"${path:+$path }${COMP_WORDS[i]}\"\n"
         "    case \"$next\" in\n      " +
         known +
         ") path=\"$next\";;\n"
         "    esac\n"
         "  done\n"
         "  case \"$path\" in\n" +
         words +
         "  esac\n"
         "  COMPREPLY=($(compgen -W \"$words" +
         globals +
         "\" -- \"$current\"))\n"
         "}\n"
         "complete -o default -F _astyq astyq\n";
}

std::string zsh_completions(const CLI::App& root) {
  return "autoload -U +X bashcompinit && bashcompinit\n" + bash_completions(root);
}

std::string fish_completions(const CLI::App& root) {
  std::string script =
      "function __astyq_at\n"
      "  set -l plain (string match -rv -- '^-' (commandline -opc))\n"
      "  test \"$plain[2..-1]\" = \"$argv\"\n"
      "end\n";
  for (const Place& place : places_of(root)) {
    const std::string line =
        "complete -c astyq -n " + fish_quoted("__astyq_at " + place.path) + " ";
    for (const CLI::App* command : commands_of(*place.app))
      script += line + "-f -a " + command->get_name() + " -d " +
                fish_quoted(command->get_description()) + "\n";
    if (!place.path.empty())
      for (const std::string& name : long_names(*place.app)) script += line + "-l " + name + "\n";
  }
  for (const std::string& name : long_names(root)) script += "complete -c astyq -l " + name + "\n";
  return script;
}

}  // namespace astyq::cli
