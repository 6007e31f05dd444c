// SPDX-License-Identifier: Apache-2.0
#include "store/row.h"

#include "base/check.h"
#include "crypto/sha256.h"

namespace astyq::store {

RowKey::RowKey(BytesView bytes) : size_(static_cast<std::uint8_t>(bytes.size())) {
  ASTYQ_CHECK(!bytes.empty() && bytes.size() <= kMaxSize);
  std::memcpy(bytes_.data(), bytes.data(), bytes.size());
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
