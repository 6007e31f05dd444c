// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/bytes.h"

// The inner nodes of the range over all blocks' results, of which the ledger keeps the peaks alone:
// with them any past result is proven against the newest state in a few hashes. Nodes are numbered
// as they come into being, so that a store of them only grows:
//   after a leaf the nodes that it completes, from the leaf up
namespace astyq::query {

// How many nodes so many leaves have.
std::uint64_t range_nodes(std::uint64_t leaves);
// The number of the node that many levels above a leaf. Requires: it is complete.
std::uint64_t range_node(std::uint64_t leaf, unsigned levels);
// The nodes beside the way from a leaf up to its peak, the lowest first. Requires: leaf < leaves.
std::vector<std::uint64_t> nodes_beside(std::uint64_t leaf, std::uint64_t leaves);
// The peaks of so many leaves, the first first.
std::vector<std::uint64_t> peak_nodes(std::uint64_t leaves);

using RangeNodes = std::vector<std::pair<std::uint64_t, Hash>>;

// Appends leaves one after another.
class ResultRange {
 public:
  ResultRange() = default;
  // Requires: the hashes of peak_nodes(leaves).
  ResultRange(std::uint64_t leaves, std::vector<Hash> peaks);

  std::uint64_t leaves() const { return leaves_; }
  // Returns the nodes that have come into being.
  RangeNodes append(BytesView leaf);

 private:
  std::uint64_t leaves_ = 0;
  std::vector<Hash> peaks_;
};

}  // namespace astyq::query
