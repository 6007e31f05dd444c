// SPDX-License-Identifier: Apache-2.0
#include "store/row.h"

#include <algorithm>

#include "base/check.h"
#include "crypto/sha256.h"

namespace astyq::store {

RowKey::RowKey(BytesView bytes) : size_(static_cast<std::uint8_t>(bytes.size())) {
  ASTYQ_CHECK(!bytes.empty() && bytes.size() <= kMaxSize);
  std::memcpy(bytes_.data(), bytes.data(), bytes.size());
}

std::uint64_t RowKey::spread() const {
  constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15;
  std::uint64_t mixed = size_;
  for (std::size_t at = 0; at < size_; at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes_.data() + at, std::min<std::size_t>(sizeof(word), size_ - at));
    mixed = (mixed ^ word) * kOdd;
    mixed ^= mixed >> 32;
  }
  return mixed;
}

Bytes Row::committed_value() const {
  // A restricted part without its blind could be guessed from the commitment.
  ASTYQ_CHECK(blind.has_value() || restricted.empty());
  Bytes value;
  value.reserve(1 + open.size() + (blind ? sizeof(Hash) : 0));
  value.push_back(kVersion);
  value += open;
  if (blind) {
    const Hash commitment = crypto::Sha256().update(view(*blind)).update(restricted).finish();
    value += view(commitment);
  }
  return value;
}

}  // namespace astyq::store
