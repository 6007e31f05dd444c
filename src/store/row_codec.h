// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "store/row.h"

namespace astyq::store {

// How rows are stored outside the tree: in the image and in snapshots.
//   row     = flags(1) || [ blind(16) || u32 restricted size || restricted ] || open
//   flags   = 0x00 no restricted part | 0x01 a restricted part follows
//   changes = u32 count || { u8 key size || key || u32 row size || row }   size 0: key absent
// Integers are big-endian. One value has one encoding; a decoder refuses every other.
Bytes encode_row(const Row& row);
// Nothing for bytes that encode_row cannot have made.
std::optional<Row> decode_row(BytesView bytes);

Bytes encode_changes(const Changes& changes);
// Nothing for bytes that encode_changes cannot have made, or keys that do not ascend.
std::optional<Changes> decode_changes(BytesView bytes);

// Guards stored bytes against decay, not against an attacker: the first 16 bytes of SHA-256.
using Checksum = std::array<std::uint8_t, 16>;
Checksum checksum_of(BytesView first, BytesView second);

// Takes bytes off the front of a view; once too few are left, everything fails.
class ByteReader {
 public:
  explicit ByteReader(BytesView bytes) : rest_(bytes) {}
  BytesView take(std::size_t size);
  std::uint8_t take_u8();
  std::uint32_t take_u32();
  std::uint64_t take_u64();
  BytesView rest() const { return rest_; }
  bool ok() const { return ok_; }
  // All bytes were taken, and none too many.
  bool finished() const { return ok_ && rest_.empty(); }

 private:
  BytesView rest_;
  bool ok_ = true;
};

}  // namespace astyq::store
