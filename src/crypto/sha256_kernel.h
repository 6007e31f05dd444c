// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace astyq::crypto {

// The compression function of FIPS 180-4 in one of its implementations. Internal to this folder.
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

extern const Sha256Kernel kPortableSha256;

// Null where the processor has no SHA instructions.
const Sha256Kernel* sha_ni_sha256();

// What this process uses: SHA-NI where the processor has it and nobody forced the portable one.
const Sha256Kernel& chosen_sha256();

}  // namespace astyq::crypto
