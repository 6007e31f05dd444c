// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace astyq::crypto {

// Fills `out` with bytes that nobody can guess, or ends the program. What needs some is handed it,
// so that nothing below the engine draws any itself.
using Entropy = void (*)(std::span<std::uint8_t> out);

// The operating system's: programs hand it in.
void system_entropy(std::span<std::uint8_t> out);

}  // namespace astyq::crypto
