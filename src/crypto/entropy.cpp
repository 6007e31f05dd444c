// SPDX-License-Identifier: Apache-2.0
#include "crypto/entropy.h"

#include <sodium.h>

#include "base/check.h"

namespace astyq::crypto {

void system_entropy(std::span<std::uint8_t> out) {
  ASTYQ_CHECK(sodium_init() >= 0);
  randombytes_buf(out.data(), out.size());
}

}  // namespace astyq::crypto
