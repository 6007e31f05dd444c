// SPDX-License-Identifier: Apache-2.0
#pragma once

// Inside the block log only: its record's header.

#include "store/block_log.h"

namespace astyq::store {

constexpr BytesView kMagic = "AQBL";
constexpr std::uint32_t kLogVersion = 1;
constexpr std::size_t kSegmentDigits = 12;
constexpr std::uint64_t kMaxPayloadBytes = 1u << 30;

struct RecordHeader {
  static constexpr std::size_t kSize = 4 + 4 + 8 + 4 + 16 + 16;

  std::uint64_t height = 0;
  std::uint32_t payload_size = 0;
  Checksum previous{};
  Checksum checksum{};

  // What the checksum covers, before the payload.
  Bytes covered() const;
  Bytes encode() const { return covered() + Bytes(view(checksum)); }
  // Nothing unless `bytes` begins with a header of this version.
  static std::optional<RecordHeader> parse(BytesView bytes);
  bool matches(BytesView payload) const {
    return payload.size() == payload_size && checksum == checksum_of(covered(), payload);
  }
};

}  // namespace astyq::store
