// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sodium.h>

#include <cstdint>
#include <span>

namespace astyq::test {

// The operating system's, for tests of keys that must differ from run to run.
inline void entropy(std::span<std::uint8_t> out) {
  randombytes_buf(out.data(), out.size());
}

}  // namespace astyq::test
