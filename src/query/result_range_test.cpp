// SPDX-License-Identifier: Apache-2.0
#include "query/result_range.h"

#include <gtest/gtest.h>

#include <map>

#include "crypto/sha256.h"
#include "engine/results.h"

namespace astyq::query {
namespace {

Bytes leaf_of(std::uint64_t number) {
  return "leaf " + std::to_string(number);
}

// The Merkle root over leaves [first, first + 2^levels), by the definition.
Hash subtree(std::uint64_t first, unsigned levels) {
  std::vector<Bytes> leaves;
  for (std::uint64_t i = 0; i < std::uint64_t{1} << levels; ++i)
    leaves.push_back(leaf_of(first + i));
  return crypto::merkle_root(leaves);
}

TEST(ResultRange, every_node_is_numbered_once_and_without_gaps) {
  ResultRange range;
  std::map<std::uint64_t, Hash> nodes;
  for (std::uint64_t leaf = 0; leaf < 70; ++leaf) {
    for (const auto& [number, hash] : range.append(leaf_of(leaf))) {
      EXPECT_EQ(number, nodes.size());
      nodes.emplace(number, hash);
    }
    EXPECT_EQ(nodes.size(), range_nodes(leaf + 1));
  }
  for (unsigned levels = 0; levels <= 6; ++levels)
    for (std::uint64_t first = 0; first + (1u << levels) <= 64; first += 1u << levels)
      EXPECT_EQ(nodes.at(range_node(first, levels)), subtree(first, levels)) << first;
}

TEST(ResultRange, the_nodes_beside_a_leaf_lead_to_its_peak) {
  ResultRange range;
  std::vector<Hash> nodes;
  for (std::uint64_t leaves = 1; leaves <= 70; ++leaves) {
    for (const auto& [number, hash] : range.append(leaf_of(leaves - 1))) nodes.push_back(hash);
    const auto peaks = peak_nodes(leaves);
    for (std::uint64_t leaf = 0; leaf < leaves; ++leaf) {
      Hash hash = subtree(leaf, 0);
      unsigned level = 0;
      for (const std::uint64_t beside : nodes_beside(leaf, leaves)) {
        const bool right = ((leaf >> level++) & 1) != 0;
        hash = right ? crypto::inner_node(nodes[beside], hash)
                     : crypto::inner_node(hash, nodes[beside]);
      }
      const auto place = engine::peak_above(leaf, leaves);
      ASSERT_EQ(place.levels, level);
      ASSERT_EQ(hash, nodes[peaks.at(place.peak)]) << leaf << " of " << leaves;
    }
  }
}

TEST(ResultRange, it_goes_on_from_its_peaks) {
  ResultRange whole;
  for (std::uint64_t leaf = 0; leaf < 41; ++leaf) {
    std::vector<Hash> nodes;
    ResultRange again;
    for (std::uint64_t i = 0; i < leaf; ++i)
      for (const auto& [number, hash] : again.append(leaf_of(i))) nodes.push_back(hash);
    std::vector<Hash> peaks;
    for (const std::uint64_t node : peak_nodes(leaf)) peaks.push_back(nodes[node]);
    ResultRange continued(leaf, peaks);
    EXPECT_EQ(continued.append(leaf_of(leaf)), whole.append(leaf_of(leaf)));
  }
}

}  // namespace
}  // namespace astyq::query
