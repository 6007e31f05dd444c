// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <utility>
#include <vector>

#include "base/result.h"

// How institutions begin a consortium together, and how another joins it later:
//   member    each makes its keys, and a card of their public parts for the others
//   genesis   one of them makes the document of all cards
//   join      each begins with that document
namespace astyqd {

using Commands = std::vector<std::pair<CLI::App*, std::function<astyq::Status()>>>;

// `data`: where --data writes; it must outlive the commands.
Commands add_member_commands(CLI::App& app, std::string& data);

// To stderr, as the program speaks.
void say(const std::string& text);

}  // namespace astyqd
