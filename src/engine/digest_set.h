// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/bytes.h"

namespace astyq::engine {

// A set of digests in open tables: millions of ids are alive when the ledger is busy, and each
// transaction asks for one. Digests are spread already, so their own bytes are their place. There
// are many tables, each of which grows by itself, so that no block waits for all to be moved.
class DigestSet {
 public:
  using Digest = std::array<std::uint8_t, 16>;

  std::size_t size() const;
  bool contains(const Digest& digest) const;
  // False when it is there already.
  bool insert(const Digest& digest);
  // False when it is not there.
  bool erase(const Digest& digest);

 private:
  struct Table {
    // Where the digest stands, or the empty place where it would. Requires: an empty place.
    std::size_t find(const Digest& digest) const;
    std::size_t home(const Digest& digest) const;
    void grow();

    std::vector<Digest> places{};  // a power of two, at most half of them taken; all zeros: empty
    std::size_t size = 0;
  };

  Table& table_of(const Digest& digest) { return tables_[digest.back()]; }
  const Table& table_of(const Digest& digest) const { return tables_[digest.back()]; }

  std::array<Table, 256> tables_{};
  bool has_zero_ = false;  // the digest of zeros, which no place can show
};

}  // namespace astyq::engine
