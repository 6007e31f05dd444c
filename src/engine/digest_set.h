// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/bytes.h"

namespace astyq::engine {

// A set of digests in one open table: millions of ids are alive when the ledger is busy, and each
// transaction asks for one. Digests are spread already, so their first bytes are their place.
class DigestSet {
 public:
  using Digest = std::array<std::uint8_t, 16>;

  std::size_t size() const { return size_; }
  bool contains(const Digest& digest) const;
  // False when it is there already.
  bool insert(const Digest& digest);
  // False when it is not there.
  bool erase(const Digest& digest);

 private:
  // Where the digest stands, or the empty place where it would. Requires: an empty place.
  std::size_t find(const Digest& digest) const;
  std::size_t home(const Digest& digest) const;
  void grow();

  std::vector<Digest> places_;  // a power of two, at most half of them taken; all zeros: empty
  std::size_t size_ = 0;
  bool has_zero_ = false;  // the digest of zeros, which no place can show
};

}  // namespace astyq::engine
