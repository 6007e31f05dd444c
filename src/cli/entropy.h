// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace astyq::cli {

// The operating system's entropy, for keys (crypto/entropy.h) and for ids of transactions.
void system_entropy(std::span<std::uint8_t> out);

}  // namespace astyq::cli
