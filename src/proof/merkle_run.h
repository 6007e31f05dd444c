// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"

// Neighbouring leaves of one RFC 6962 tree, proven together: the hashes beside them, from the
// leaves up, left before right.
namespace astyq::proof {

struct RunPlace {
  std::uint64_t first = 0;   // of the run's leaves
  std::uint64_t leaves = 0;  // of the whole tree
};

Hash leaf_hash(BytesView leaf);

// Requires: 1 <= count, first + count <= leaves.size().
std::vector<Hash> hashes_beside(std::span<const Bytes> leaves, std::uint64_t first,
                                std::uint64_t count);
// The root that a run of leaf hashes leads to; nothing when they do not fit together.
std::optional<Hash> root_above(std::vector<Hash> run, RunPlace place, std::span<const Hash> beside);

}  // namespace astyq::proof
