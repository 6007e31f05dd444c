// SPDX-License-Identifier: Apache-2.0
#include "store/crown.h"

#include <gtest/gtest.h>

#include <random>

#include "crypto/sha256.h"
#include "store/tree.h"
#include "support/store_rows.h"

namespace astyq::store {
namespace {

using namespace test;  // NOLINT: the tests' own names

// Rows of many sizes under sequential keys, as tables count, and under scattered ones, as digests.
Tree tree_of(std::size_t rows, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::map<RowKey, Row> model;
  while (model.size() < rows) {
    Bytes key(1, static_cast<char>(1 + random() % 4));
    append_u64(key, random() % 2 == 0 ? random() % (4 * rows)
                                      : (std::uint64_t{random()} << 32 | random()));
    model[RowKey(key)].open = Bytes(random() % 300, 'x');
  }
  Changes changes;
  for (const auto& [key, row] : model) changes.push_back({key, row});
  Tree tree;
  tree.apply(std::move(changes));
  return tree;
}

Crown crown_of(const Tree& tree, std::uint32_t most_bytes) {
  CrownBuilder builder(most_bytes);
  for (const auto& [key, row] : model_of(tree))
    builder.add(key, row, static_cast<std::uint32_t>(row.open.size()));
  return builder.finish();
}

TEST(Crown, property_hashes_to_the_root_and_its_boughs_are_subtrees) {
  for (const std::size_t rows : {1, 2, 3, 10, 100, 1'000}) {
    const Tree tree = tree_of(rows, static_cast<std::uint32_t>(rows));
    for (const std::uint32_t most_bytes : {0u, 100u, 1'000u, 20'000u, 1u << 30}) {
      SCOPED_TRACE(std::to_string(rows) + " rows, " + std::to_string(most_bytes) + " bytes");
      const Crown crown = crown_of(tree, most_bytes);
      EXPECT_EQ(crown.root(), tree.root());
      const auto model = model_of(tree);
      auto at = model.begin();
      for (const Bough& bough : crown.boughs) {
        RowsHasher hasher;
        std::uint32_t bytes = 0;
        for (std::uint32_t i = 0; i < bough.rows; ++i, ++at) {
          ASSERT_NE(at, model.end());
          hasher.add(at->first, at->second);
          bytes += static_cast<std::uint32_t>(at->second.open.size());
        }
        EXPECT_EQ(hasher.finish(), bough.hash);
        EXPECT_EQ(bytes, bough.bytes);
        EXPECT_TRUE(bytes <= most_bytes || bough.rows == 1);
      }
      EXPECT_EQ(at, model.end());
      if (most_bytes == 1u << 30) {
        EXPECT_EQ(crown.boughs.size(), 1u);
      }
    }
  }
}

TEST(Crown, of_no_rows_is_the_empty_trees) {
  EXPECT_EQ(CrownBuilder(100).finish(), Crown());
  EXPECT_EQ(Crown().root(), Tree().root());
  EXPECT_EQ(RowsHasher().finish(), Tree().root());
}

TEST(RowsHasher, property_comes_to_the_trees_root_and_begins_anew) {
  RowsHasher hasher;
  for (const std::size_t rows : {1, 2, 7, 500}) {
    const Tree tree = tree_of(rows, 99);
    for (const auto& [key, row] : model_of(tree)) hasher.add(key, row);
    EXPECT_EQ(hasher.finish(), tree.root());
  }
}

// Whoever sends a crown may send anything: it hashes to another root, or to none.
TEST(Crown, property_another_shape_or_bough_is_found_out) {
  const Tree tree = tree_of(200, 5);
  const Crown good = crown_of(tree, 500);
  ASSERT_GT(good.boughs.size(), 20u);
  for (std::size_t i = 0; i < good.boughs.size(); ++i) {
    Crown bad = good;
    bad.boughs[i].hash[i % 32] ^= 1;
    EXPECT_NE(bad.root(), tree.root());
    bad = good;
    bad.boughs.erase(bad.boughs.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_EQ(bad.root(), std::nullopt);
    bad = good;
    bad.boughs.push_back(good.boughs[i]);
    EXPECT_EQ(bad.root(), std::nullopt);
  }
  for (std::size_t bit = 0; bit < 8 * good.shape.size(); ++bit) {
    Crown bad = good;
    bad.shape[bit / 8] = static_cast<char>(bad.shape[bit / 8] ^ 0x80 >> bit % 8);
    EXPECT_NE(bad.root(), tree.root()) << bit;
  }
  for (const auto& shape : {Bytes(), good.shape + '\0', good.shape.substr(1),
                            good.shape.substr(0, good.shape.size() - 1), Bytes(100, '\xff')}) {
    Crown bad = good;
    bad.shape = shape;
    EXPECT_NE(bad.root(), tree.root());
  }
}

}  // namespace
}  // namespace astyq::store
