// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "modules/assets/assets.h"
#include "modules/pools/pools.h"
#include "modules/receipts/receipts.h"
#include "pools/handlers.gen.h"
#include "pools/state.gen.h"
#include "support/pools_story.h"

namespace astyq::pools {
namespace {

using base::v1::INVARIANT_DEFINITION_CHANGED;
using base::v1::INVARIANT_TOKEN_SUPPLY;

// A pool with 25 t in it and a free receipt of 4 t; every test breaks one thing.
struct PoolsInvariants : testing::Test {
  test::Chain chain;
  test::PoolStory story{chain};
  std::uint64_t farmer = story.elevator().farmer().party;
  std::uint64_t locked = story.tokenised(story.elevator().farmer(), 25'000);
  std::uint64_t free = story.receipt(story.elevator().farmer(), 4'000);

  template <typename Write>
  Refusal after(Write write) const {
    return chain.after_writing(check_invariants, write);
  }
  void grow(View& view, std::uint64_t kg) const {
    v1::Pool row = view.require(kPools(story.pool()));
    row.set_locked_kg(row.locked_kg() + kg);
    view.put(kPools(story.pool()), row);
  }
};

TEST_F(PoolsInvariants, tokens_kilograms_and_receipts_go_together) {
  const auto all = [&](View& view, std::uint64_t grams, std::uint64_t kg) {
    receipts::lock_in_pool(view, free, story.pool());
    assets::mint(view, story.token(), farmer, grams);
    grow(view, kg);
  };
  EXPECT_EQ(after([&](View& view) { all(view, 4'000'000, 4'000); }), kAccepted);
  EXPECT_EQ(after([&](View& view) { all(view, 4'000'001, 4'000); }), INVARIANT_TOKEN_SUPPLY);
  EXPECT_EQ(after([&](View& view) { all(view, 3'999'999, 4'000); }), INVARIANT_TOKEN_SUPPLY);
  EXPECT_EQ(after([&](View& view) { all(view, 4'001'000, 4'001); }), INVARIANT_TOKEN_SUPPLY);
  EXPECT_EQ(after([&](View& view) { all(view, 3'999'000, 3'999); }), INVARIANT_TOKEN_SUPPLY);
}

TEST_F(PoolsInvariants, nothing_beside_the_pool) {
  EXPECT_EQ(after([&](View& view) { assets::mint(view, story.token(), farmer, 1); }),
            INVARIANT_TOKEN_SUPPLY);
  EXPECT_EQ(after([&](View& view) { assets::burn(view, story.token(), farmer, 1'000); }),
            INVARIANT_TOKEN_SUPPLY);
  EXPECT_EQ(after([&](View& view) { receipts::lock_in_pool(view, free, story.pool()); }),
            INVARIANT_TOKEN_SUPPLY);
  EXPECT_EQ(after([&](View& view) { receipts::take_from_pool(view, locked, 1, farmer); }),
            INVARIANT_TOKEN_SUPPLY);
  EXPECT_EQ(after([&](View& view) { grow(view, 1); }), INVARIANT_TOKEN_SUPPLY);
  // Tokens of no pool at all.
  EXPECT_EQ(after([&](View& view) {
              assets::mint(view, assets::define_pool_token(view), farmer, 1'000);
            }),
            INVARIANT_TOKEN_SUPPLY);
}

TEST_F(PoolsInvariants, moving_tokens_is_nothing_to_the_pool) {
  EXPECT_EQ(after([&](View& view) {
              assets::move(view, story.token(), farmer, chain.registrar().party, 5);
            }),
            kAccepted);
}

TEST_F(PoolsInvariants, a_pool_stays_what_it_is) {
  const auto changed = [&](auto how) {
    return after([&](View& view) {
      v1::Pool row = view.require(kPools(story.pool()));
      how(row);
      view.put(kPools(story.pool()), row);
    });
  };
  EXPECT_EQ(changed([](v1::Pool& row) { row.set_elevator(9); }), INVARIANT_DEFINITION_CHANGED);
  EXPECT_EQ(changed([](v1::Pool& row) { row.set_asset(9); }), INVARIANT_DEFINITION_CHANGED);
  EXPECT_EQ(changed([](v1::Pool& row) { row.mutable_grade()->set_grain_class(1); }),
            INVARIANT_DEFINITION_CHANGED);
  EXPECT_EQ(after([&](View& view) { view.erase(kPools(story.pool())); }),
            INVARIANT_DEFINITION_CHANGED);
  EXPECT_EQ(after([&](View& view) {
              const auto [first] = *view.first_from(kPoolIndex, kPoolIndex(Hash{}));
              view.erase(kPoolIndex(first));
            }),
            INVARIANT_DEFINITION_CHANGED);
}

}  // namespace
}  // namespace astyq::pools
