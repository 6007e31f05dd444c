// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

// Help for whoever mistyped a name.
namespace astyq::wire {

// Returns the name that fewest insertions, deletions and replacements turn `wanted` into, the first
// of equals; empty when none is near (more than a third of its letters, and more than 1, differ) or
// `wanted` is longer than 64 bytes.
std::string_view nearest_name(std::string_view wanted, const std::vector<std::string_view>& names);

// What a stranger wrote, fit for a message: at most 64 bytes, whole characters, no control
// characters. Requires: valid UTF-8.
std::string printable(std::string_view text);

}  // namespace astyq::wire
