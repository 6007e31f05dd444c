// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace astyq::cli {

// The text in lines of at most `columns` characters, broken between words.
std::string wrapped(const std::string& text, std::size_t columns);

// --help within the 80 columns of a usual terminal.
class HelpText final : public CLI::Formatter {
 public:
  HelpText();
  std::string make_description(const CLI::App* app) const override;
  std::string make_footer(const CLI::App* app) const override;
  std::string make_subcommand(const CLI::App* command) const override;
  std::string make_option_desc(const CLI::Option* option) const override;
};

}  // namespace astyq::cli
