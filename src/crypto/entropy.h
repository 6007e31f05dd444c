// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace astyq::crypto {

// Fills `out` with bytes that nobody can guess, or ends the program. Programs hand in the operating
// system's; nothing below the engine draws any itself.
using Entropy = void (*)(std::span<std::uint8_t> out);

}  // namespace astyq::crypto
