// SPDX-License-Identifier: Apache-2.0
#include "query/result_range.h"

#include <bit>

#include "base/check.h"
#include "crypto/sha256.h"
#include "engine/results.h"

namespace astyq::query {

std::uint64_t range_nodes(std::uint64_t leaves) {
  return 2 * leaves - static_cast<std::uint64_t>(std::popcount(leaves));
}

std::uint64_t range_node(std::uint64_t leaf, unsigned levels) {
  // The last leaf below the node completes it.
  const std::uint64_t last = leaf | ((std::uint64_t{1} << levels) - 1);
  return range_nodes(last) + levels;
}

std::vector<std::uint64_t> nodes_beside(std::uint64_t leaf, std::uint64_t leaves) {
  std::vector<std::uint64_t> nodes;
  const unsigned levels = engine::peak_above(leaf, leaves).levels;
  for (unsigned level = 0; level < levels; ++level)
    nodes.push_back(range_node(leaf ^ (std::uint64_t{1} << level), level));
  return nodes;
}

std::vector<std::uint64_t> peak_nodes(std::uint64_t leaves) {
  std::vector<std::uint64_t> nodes;
  for (std::uint64_t leaf = 0; leaf < leaves;) {
    const unsigned levels = engine::peak_above(leaf, leaves).levels;
    nodes.push_back(range_node(leaf, levels));
    leaf += std::uint64_t{1} << levels;
  }
  return nodes;
}

ResultRange::ResultRange(std::uint64_t leaves, std::vector<Hash> peaks)
    : leaves_(leaves), peaks_(std::move(peaks)) {
  ASTYQ_CHECK(peaks_.size() == static_cast<std::size_t>(std::popcount(leaves)));
}

RangeNodes ResultRange::append(BytesView leaf) {
  const Bytes one[] = {Bytes(leaf)};
  Hash node = crypto::merkle_root(one);
  std::uint64_t number = range_nodes(leaves_);
  RangeNodes made{{number, node}};
  // Equal heights join, as a binary counter carries.
  for (std::uint64_t bit = leaves_; (bit & 1) != 0; bit >>= 1) {
    node = crypto::inner_node(peaks_.back(), node);
    peaks_.pop_back();
    made.emplace_back(++number, node);
  }
  peaks_.push_back(node);
  ++leaves_;
  return made;
}

}  // namespace astyq::query
