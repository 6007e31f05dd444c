// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/commands.h"

namespace astyq::cli {

// Runs the program with its arguments (without its name) and returns its exit code.
int run(std::vector<std::string> arguments, Io io, const Connect& connect,
        crypto::KeyringCost keyring_cost);

}  // namespace astyq::cli
