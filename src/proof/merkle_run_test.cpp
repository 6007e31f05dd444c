// SPDX-License-Identifier: Apache-2.0
#include "proof/merkle_run.h"

#include <gtest/gtest.h>

#include "crypto/sha256.h"

namespace astyq::proof {
namespace {

std::vector<Bytes> leaves_of(std::size_t count) {
  std::vector<Bytes> leaves;
  for (std::size_t i = 0; i < count; ++i) leaves.push_back("leaf " + std::to_string(i));
  return leaves;
}

std::vector<Hash> hashes_of(std::span<const Bytes> leaves) {
  std::vector<Hash> hashes;
  for (const Bytes& leaf : leaves) hashes.push_back(leaf_hash(leaf));
  return hashes;
}

TEST(MerkleRun, every_run_of_every_tree_leads_to_its_root_and_nowhere_else) {
  for (std::size_t size = 1; size <= 17; ++size) {
    const auto leaves = leaves_of(size);
    const Hash root = crypto::merkle_root(leaves);
    for (std::size_t first = 0; first < size; ++first) {
      for (std::size_t count = 1; first + count <= size; ++count) {
        const auto run = hashes_of(std::span(leaves).subspan(first, count));
        auto beside = hashes_beside(leaves, first, count);
        ASSERT_EQ(root_above(run, {first, size}, beside), root) << first << "+" << count;
        for (Hash& hash : beside) {
          hash[0] ^= 1;
          EXPECT_NE(root_above(run, {first, size}, beside), root);
          hash[0] ^= 1;
        }
        auto other = run;
        other.back()[31] ^= 1;
        EXPECT_NE(root_above(other, {first, size}, beside), root);
        beside.push_back(root);
        EXPECT_FALSE(root_above(run, {first, size}, beside));  // one too many
      }
    }
  }
}

TEST(MerkleRun, places_that_are_none_lead_nowhere) {
  const auto leaves = leaves_of(5);
  const auto run = hashes_of(std::span(leaves).subspan(3, 2));
  const auto beside = hashes_beside(leaves, 3, 2);
  EXPECT_FALSE(root_above({}, {0, 5}, beside));
  EXPECT_FALSE(root_above(run, {4, 5}, beside));
  EXPECT_FALSE(root_above(run, {UINT64_MAX, 5}, beside));
  EXPECT_FALSE(root_above(run, {3, 0}, beside));
  EXPECT_NE(root_above(run, {3, UINT64_MAX}, beside), crypto::merkle_root(leaves));
}

}  // namespace
}  // namespace astyq::proof
