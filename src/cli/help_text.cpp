// SPDX-License-Identifier: Apache-2.0
#include "cli/help_text.h"

#include <sstream>

namespace astyq::cli {
namespace {

constexpr std::size_t kColumns = 80;
constexpr std::size_t kNames = 30;  // of a command or an option with its value

std::string beside(const std::string& text) {
  return wrapped(text, kColumns - kNames);
}

}  // namespace

std::string wrapped(const std::string& text, std::size_t columns) {
  std::istringstream lines(text);
  std::string out;
  for (std::string line; std::getline(lines, line);) {
    if (!out.empty()) out += '\n';
    std::istringstream words(line);
    std::size_t used = 0;
    for (std::string word; words >> word;) {
      if (used > 0 && used + 1 + word.size() > columns) {
        out += '\n';
        used = 0;
      } else if (used > 0) {
        out += ' ';
        ++used;
      }
      out += word;
      used += word.size();
    }
  }
  return out;
}

HelpText::HelpText() {
  column_width(kNames);
  label("SUBCOMMAND", "COMMAND");
}

std::string HelpText::make_description(const CLI::App* app) const {
  return wrapped(CLI::Formatter::make_description(app), kColumns) + "\n";
}

std::string HelpText::make_footer(const CLI::App* app) const {
  const std::string text = app->get_footer();
  return text.empty() ? "" : "\n" + wrapped(text, kColumns) + "\n";
}

std::string HelpText::make_subcommand(const CLI::App* command) const {
  std::stringstream out;
  CLI::detail::format_help(out, command->get_name(), beside(command->get_description()), kNames);
  return out.str();
}

std::string HelpText::make_option_desc(const CLI::Option* option) const {
  return beside(option->get_description());
}

}  // namespace astyq::cli
