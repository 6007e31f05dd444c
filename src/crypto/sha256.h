// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.h"

namespace astyq::crypto {

// FIPS 180-4. The kernel (SHA-NI or portable) is chosen at run time; both give the same bytes.
class Sha256 {
 public:
  Sha256();
  Sha256& update(BytesView bytes);
  // Ends the hash. The object may not be used again.
  Hash finish();

 private:
  // Takes them off the front of `bytes`.
  void compress_full_blocks(BytesView& bytes);

  std::array<std::uint32_t, 8> state_;
  std::array<std::uint8_t, 64> block_{};
  std::uint64_t total_bytes_ = 0;
};

Hash sha256(BytesView bytes);

// RFC 2104.
Hash hmac_sha256(BytesView key, BytesView message);

// The inner node of RFC 6962 and ICS-23's TendermintSpec: SHA-256(0x01 || left || right).
Hash inner_node(const Hash& left, const Hash& right);

// `count` inner nodes at once: pairs[i] is left || right. Several lanes are interleaved where the
// processor allows; the result is that of inner_node for each.
// Requires: pairs.size() == out.size().
void inner_nodes(std::span<const std::array<std::uint8_t, 64>> pairs, std::span<Hash> out);

// RFC 6962 Merkle tree hash of leaves that are hashed here with their prefix 0x00; SHA-256("") for
// none.
Hash merkle_root(std::span<const Bytes> leaves);

// "sha_ni" or "portable": what this process uses.
const char* sha256_kernel();
// Forces one kernel for the life of the process: tests and benchmarks only.
void force_portable_sha256(bool portable);

}  // namespace astyq::crypto
