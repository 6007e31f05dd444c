// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.h"

namespace astyq::crypto {

// One implementation of the compression function. All give the same bytes.
struct Sha256Kernel;

// The fastest that this processor runs: with its SHA instructions where it has them.
const Sha256Kernel& best_sha256();
// Plain C++, everywhere.
const Sha256Kernel& portable_sha256();
// "sha_ni" or "portable".
const char* name_of(const Sha256Kernel& kernel);

// FIPS 180-4. Tests and benchmarks choose the kernel; everyone else leaves the best.
class Sha256 {
 public:
  explicit Sha256(const Sha256Kernel& kernel = best_sha256());
  Sha256& update(BytesView bytes);
  // Ends the hash. The object may not be used again.
  Hash finish();

 private:
  // Takes them off the front of `bytes`.
  void compress_full_blocks(BytesView& bytes);

  const Sha256Kernel* kernel_;
  std::array<std::uint32_t, 8> state_;
  std::array<std::uint8_t, 64> block_{};
  std::uint64_t total_bytes_ = 0;
};

Hash sha256(BytesView bytes, const Sha256Kernel& kernel = best_sha256());

// RFC 2104.
Hash hmac_sha256(BytesView key, BytesView message, const Sha256Kernel& kernel = best_sha256());

// The inner node of RFC 6962 and ICS-23's TendermintSpec: SHA-256(0x01 || left || right).
Hash inner_node(const Hash& left, const Hash& right, const Sha256Kernel& kernel = best_sha256());

// `count` inner nodes at once: pairs[i] is left || right. Several lanes are interleaved where the
// processor allows; the result is that of inner_node for each.
// Requires: pairs.size() == out.size().
void inner_nodes(std::span<const std::array<std::uint8_t, 64>> pairs, std::span<Hash> out,
                 const Sha256Kernel& kernel = best_sha256());

// RFC 6962 Merkle tree hash of leaves that are hashed here with their prefix 0x00; SHA-256("") for
// none.
Hash merkle_root(std::span<const Bytes> leaves, const Sha256Kernel& kernel = best_sha256());

}  // namespace astyq::crypto
