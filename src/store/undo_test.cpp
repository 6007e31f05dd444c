// SPDX-License-Identifier: Apache-2.0
#include "store/undo.h"

#include <gtest/gtest.h>

#include "support/store_rows.h"

namespace astyq::store {
namespace {

using namespace test;  // NOLINT: the tests' own names

// A short chain whose every state is remembered.
struct Chain {
  explicit Chain(std::size_t capacity, std::uint64_t seed = 1) : ring(capacity), random(seed) {
    states.emplace_back();
    roots.push_back(tree.root());
  }
  void block() {
    Model next = states.back();
    const Changes changes = random_changes(random, next, 20);
    apply_to(next, changes);
    ring.push(states.size(), tree.apply(changes));
    states.push_back(next);
    roots.push_back(tree.root());
  }
  Tree tree;
  UndoRing ring;
  std::mt19937_64 random;
  std::vector<Model> states;  // by height
  std::vector<Hash> roots;
};

TEST(UndoRing, KeepsTheLastHeights) {
  Chain chain(10);
  EXPECT_FALSE(chain.ring.can_read(0));
  for (int i = 0; i < 25; ++i) chain.block();
  EXPECT_EQ(chain.ring.last_height(), 25u);
  EXPECT_FALSE(chain.ring.can_read(14));
  EXPECT_TRUE(chain.ring.can_read(15));
  EXPECT_TRUE(chain.ring.can_read(25));
  EXPECT_FALSE(chain.ring.can_read(26));
}

TEST(UndoRing, ReadsAndScansEveryKeptHeightAsItWas) {
  Chain chain(12);
  for (int i = 0; i < 30; ++i) chain.block();
  for (std::uint64_t height = 18; height <= 30; ++height) {
    const Model& state = chain.states[height];
    for (int probe = 0; probe < 300; ++probe) {
      const RowKey key = random_key(chain.random, 210);
      const auto expected = state.find(key);
      const Row* row = chain.ring.find_at(chain.tree, key, height);
      ASSERT_EQ(row != nullptr, expected != state.end());
      if (row != nullptr) {
        ASSERT_EQ(*row, expected->second);
      }
    }
    Model scanned;
    for (auto found = chain.ring.lower_bound_at(chain.tree, RowKey(Bytes(1, '\0')), height); found;
         found = chain.ring.upper_bound_at(chain.tree, found->first, height))
      scanned.emplace(found->first, *found->second);
    ASSERT_EQ(scanned, state) << height;
  }
}

TEST(UndoRing, ShowsTheTreeOfAnyKeptHeightAndBringsItBack) {
  Chain chain(12);
  for (int i = 0; i < 30; ++i) chain.block();
  for (std::uint64_t height = 18; height <= 30; ++height) {
    chain.ring.visit_at(chain.tree, height, [&](const Tree& tree) {
      EXPECT_EQ(tree.root(), chain.roots[height]);
      EXPECT_EQ(model_of(tree), chain.states[height]);
    });
    EXPECT_EQ(chain.tree.root(), chain.roots.back());
  }
}

TEST(UndoRing, RollsBackToAnyKeptHeightAndGoesOn) {
  for (std::uint64_t height = 18; height <= 30; ++height) {
    Chain chain(12);
    for (int i = 0; i < 30; ++i) chain.block();
    Model image = chain.states.back();
    apply_to(image, chain.ring.rollback(chain.tree, height));
    EXPECT_EQ(chain.tree.root(), chain.roots[height]);
    EXPECT_EQ(model_of(chain.tree), chain.states[height]);
    EXPECT_EQ(image, chain.states[height]);
    if (height == 18) {
      EXPECT_TRUE(chain.ring.empty());
    } else {
      EXPECT_EQ(chain.ring.last_height(), height);
    }
    chain.states.resize(height + 1);
    chain.block();
    EXPECT_EQ(chain.ring.last_height(), height + 1);
  }
}

TEST(UndoRingDeathTest, AHoleAndAForgottenHeightStopTheProgram) {
  Chain chain(3);
  for (int i = 0; i < 5; ++i) chain.block();
  EXPECT_DEATH(chain.ring.push(7, {}), "CHECK failed");
  EXPECT_DEATH(chain.ring.find_at(chain.tree, key_of(2, 1), 1), "CHECK failed");
}

}  // namespace
}  // namespace astyq::store
