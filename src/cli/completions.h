// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace astyq::cli {

// Scripts that complete commands and options, made by walking the tree of commands.
std::string bash_completions(const CLI::App& root);
std::string zsh_completions(const CLI::App& root);
std::string fish_completions(const CLI::App& root);

}  // namespace astyq::cli
