// SPDX-License-Identifier: Apache-2.0
#include "store/tree.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/store_rows.h"

namespace astyq::store {
namespace {

using namespace test;  // NOLINT: the tests' own names

TEST(Row, CommitsToTheVersionTheOpenPartAndTheBlindedRestrictedPart) {
  EXPECT_EQ(row_of("").committed_value(), Bytes("\x01", 1));
  EXPECT_EQ(row_of("abc").committed_value(),
            "\x01"
            "abc");
  Row row = row_of("abc");
  row.restricted = "secret";
  row.blind.emplace();
  row.blind->fill(7);
  const Hash commitment = crypto::sha256(Bytes(16, '\x07') + "secret");
  EXPECT_EQ(row.committed_value(),
            "\x01"
            "abc" +
                Bytes(view(commitment)));
}

TEST(RowDeathTest, ARestrictedPartNeedsABlind) {
  Row row = row_of("abc");
  row.restricted = "secret";
  EXPECT_DEATH(static_cast<void>(row.committed_value()), "CHECK failed");
}

TEST(Tree, AnEmptyTreeHasTheHashOfNothing) {
  Tree tree;
  EXPECT_EQ(to_hex(view(tree.root())),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(tree.size(), 0u);
  EXPECT_EQ(tree.find(key_of(1, 1)), nullptr);
  EXPECT_FALSE(tree.lower_bound(key_of(1, 1)));
}

TEST(Tree, OneRowIsItsLeafAndErasingItEmptiesTheTree) {
  Tree tree;
  const Hash empty = tree.root();
  tree.apply({{key_of(2, 1), row_of("abc")}});
  EXPECT_EQ(tree.root(), reference_leaf(key_of(2, 1), row_of("abc")));
  tree.apply({{key_of(2, 1), std::nullopt}});
  EXPECT_EQ(tree.root(), empty);
}

TEST(Tree, EqualsTheReferenceOverRandomBatchesAndUndoRestoresExactly) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    Tree tree;
    Model model;
    std::vector<std::pair<Hash, Model>> past;
    std::vector<Changes> undos;
    for (int batch = 0; batch < 60; ++batch) {
      const Changes changes = random_changes(random, model, random() % 40 + 1);
      past.emplace_back(tree.root(), model);
      undos.push_back(tree.apply(changes));
      apply_to(model, changes);
      ASSERT_EQ(tree.root(), reference_root(model));
      ASSERT_EQ(tree.size(), model.size());
    }
    ASSERT_EQ(model_of(tree), model);
    while (!undos.empty()) {
      tree.apply(std::move(undos.back()));
      undos.pop_back();
      ASSERT_EQ(tree.root(), past.back().first);
      ASSERT_EQ(model_of(tree), past.back().second);
      past.pop_back();
    }
  }
}

TEST(Tree, TheOrderAndTheGroupingOfChangesDoNotMatter) {
  std::mt19937_64 random(7);
  Model model;
  while (model.size() < 500) model[random_key(random, 1000)] = random_row(random);
  std::vector<Change> singles;
  for (const auto& [key, row] : model) singles.push_back({key, row});
  Tree whole;
  whole.apply(singles);
  for (int round = 0; round < 5; ++round) {
    std::shuffle(singles.begin(), singles.end(), random);
    Tree one_by_one;
    for (const Change& change : singles) {
      // A detour: another value first, then a key that comes and goes.
      one_by_one.apply({{change.key, row_of("other")}});
      one_by_one.apply({{change.key, std::nullopt}});
      one_by_one.apply({change});
    }
    EXPECT_EQ(one_by_one.root(), whole.root());
  }
}

TEST(Tree, ABuilderGivesTheTreeThatApplyGives) {
  std::mt19937_64 random(8);
  for (const std::size_t size : {0u, 1u, 2u, 3u, 700u}) {
    Model model;
    while (model.size() < size) model[random_key(random, 1000)] = random_row(random);
    Tree::Builder builder;
    for (const auto& [key, row] : model) builder.add({key, row});
    Tree tree = builder.finish();
    EXPECT_EQ(tree.root(), reference_root(model));
    // It goes on as any other tree does.
    const Changes changes = random_changes(random, model, 50);
    tree.apply(changes);
    apply_to(model, changes);
    EXPECT_EQ(tree.root(), reference_root(model));
  }
}

TEST(Tree, FindsAndScansAsAnOrderedMapDoes) {
  std::mt19937_64 random(9);
  Tree tree;
  Model model;
  const auto same = [&model](const auto& found, Model::const_iterator expected) {
    if (expected == model.end()) return !found;
    return found && found->first == expected->first && *found->second == expected->second;
  };
  for (int batch = 0; batch < 30; ++batch) {
    const Changes changes = random_changes(random, model, 30);
    tree.apply(changes);
    apply_to(model, changes);
    for (int probe = 0; probe < 100; ++probe) {
      const RowKey key = random_key(random, 220);
      const auto expected = model.find(key);
      const Row* found = tree.find(key);
      ASSERT_EQ(found != nullptr, expected != model.end());
      if (found != nullptr) {
        ASSERT_EQ(*found, expected->second);
      }
      ASSERT_TRUE(same(tree.lower_bound(key), model.lower_bound(key)));
      ASSERT_TRUE(same(tree.upper_bound(key), model.upper_bound(key)));
      // The beginning of a key, as a scan over a table or over part of one asks for.
      const RowKey beginning(key.bytes().substr(0, random() % key.bytes().size() + 1));
      ASSERT_TRUE(same(tree.lower_bound(beginning), model.lower_bound(beginning)));
      ASSERT_TRUE(same(tree.upper_bound(beginning), model.upper_bound(beginning)));
      // And a key that goes on where a stored one ends.
      const RowKey longer(Bytes(key.bytes()) + '\0');
      ASSERT_TRUE(same(tree.lower_bound(longer), model.lower_bound(longer)));
    }
  }
}

TEST(TreeDeathTest, KeysThatDoNotAscendOrBeginOneAnotherStopTheProgram) {
  Tree tree;
  EXPECT_DEATH(tree.apply({{key_of(2, 2), row_of("a")}, {key_of(2, 1), row_of("b")}}), "CHECK");
  EXPECT_DEATH(tree.apply({{RowKey("ab"), row_of("a")}, {RowKey("abc"), row_of("b")}}), "CHECK");
  EXPECT_DEATH(RowKey(Bytes(42, 'a')), "CHECK");
  EXPECT_DEATH(RowKey(""), "CHECK");
}

}  // namespace
}  // namespace astyq::store
