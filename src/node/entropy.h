// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace astyq::node {

// The operating system's entropy, for crypto/entropy.h.
void system_entropy(std::span<std::uint8_t> out);

}  // namespace astyq::node
