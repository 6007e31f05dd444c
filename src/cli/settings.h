// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/commands.h"

namespace astyq::cli {

inline constexpr const char* kDefaultNode = "http://127.0.0.1:8080";

// config.toml in the user's configuration folder (XDG): the same names as the flags with
// underscores. Fills only what no flag has set; a missing file is none, unless it was asked for.
// Faults: `config_invalid` with the line, or the nearest known name.
Status complete_settings(Settings& settings, const std::string& asked_for);

}  // namespace astyq::cli
