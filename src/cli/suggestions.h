// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace astyq::cli {

// Where the words of a command line lead to, taken one after another.
struct Reached {
  CLI::App* app;
  CLI::Option* open = nullptr;  // waits for its value

  void take(const std::string& word);
};

// "astyq receipt split"
std::string path_of(const CLI::App& app);

// Its commands: "new, list and add".
std::string commands_of(const CLI::App& app);

// What is wrong with the first word or option that no command knows, with the nearest one that
// does; empty when all are known. CLI11 says only that there was something extra.
std::string unknown_word(CLI::App& root, const std::vector<std::string>& arguments);

// The option of that name, such as "--as", of `app` or what stands above it; null when there is
// none.
CLI::Option* find_option(CLI::App* app, const std::string& name);

// The command of that name below `app`; null when there is none.
CLI::App* find_command(CLI::App& app, const std::string& name);

}  // namespace astyq::cli
