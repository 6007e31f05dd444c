// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace astyq::crypto {

// Internal to this folder; others see sha256.h.
struct Sha256Kernel {
  using State = std::array<std::uint32_t, 8>;

  const char* name;
  // Folds `count` blocks of 64 bytes into `state`.
  void (*compress)(State& state, const std::uint8_t* blocks, std::size_t count);
  // Folds `count` blocks of 64 bytes into each of two independent states.
  void (*compress_two)(State& first, const std::uint8_t* first_blocks, State& second,
                       const std::uint8_t* second_blocks, std::size_t count);
};

inline constexpr Sha256Kernel::State kSha256Start = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

// The cube roots' fractions that FIPS 180-4 §4.2.2 adds in its 64 rounds.
extern const std::array<std::uint32_t, 64> kSha256Rounds;

// Null where the processor has no SHA instructions.
const Sha256Kernel* sha_ni_sha256();

}  // namespace astyq::crypto
