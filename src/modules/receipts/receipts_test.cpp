// SPDX-License-Identifier: Apache-2.0
#include "modules/receipts/receipts.h"

#include <gtest/gtest.h>

#include <random>

#include "modules/receipts/not_free_test.h"
#include "receipts/handlers.gen.h"
#include "support/receipts_story.h"

namespace astyq::receipts {
namespace {

constexpr std::uint64_t kPool = 7;

// A receipt of the farmer, and a view in which higher modules do with it what they may.
struct Receipts : testing::Test {
  test::Chain chain;
  test::ReceiptStory story{chain};
  std::uint64_t id = story.receipt(story.farmer(), 25'000);
  std::uint64_t buyer = story.elevator_operator().party;
  test::Scratch scratch{chain};

  View& view() { return scratch.view(); }
  v1::Receipt row(std::uint64_t receipt) { return *find(view(), receipt); }
  void offer() {
    v1::TransferOffer offer;
    offer.mutable_restricted()->set_from(story.farmer().party);
    offer.mutable_restricted()->set_to(buyer);
    view().put(kTransferOffers(id), offer);
  }
  // This module's invariants alone: pools and payments are not there to do their part.
  template <typename Operation>
  void keeps_invariants(Operation operation) {
    const Overlay::Savepoint before = view().overlay().savepoint();
    operation();
    const Delta delta(view().overlay().written_since(before));
    EXPECT_EQ(name_of(check_invariants(delta, view())), name_of(kAccepted));
  }
};

TEST_F(Receipts, a_reservation_holds_and_ends) {
  EXPECT_TRUE(is_free(row(id)));
  const Bytes before = row(id).SerializeAsString();
  keeps_invariants([&] { reserve(view(), id); });
  EXPECT_TRUE(row(id).reserved());
  EXPECT_FALSE(is_free(row(id)));
  keeps_invariants([&] { end_reservation(view(), id); });
  EXPECT_EQ(row(id).SerializeAsString(), before);
}

TEST_F(Receipts, a_gift_ends_an_open_offer) {
  offer();
  keeps_invariants([&] { give(view(), id, buyer); });
  EXPECT_EQ(row(id).restricted().holder(), buyer);
  EXPECT_EQ(row(id).restricted().depositor(), story.farmer().party);
  EXPECT_FALSE(view().exists(kTransferOffers(id)));
  EXPECT_TRUE(is_free(row(id)));
}

TEST_F(Receipts, all_of_a_locked_receipt_is_the_receipt_itself) {
  offer();
  keeps_invariants([&] { lock_in_pool(view(), id, kPool); });
  EXPECT_EQ(row(id).state(), v1::TOKENISED);
  EXPECT_EQ(row(id).pool(), kPool);
  EXPECT_FALSE(view().exists(kTransferOffers(id)));
  keeps_invariants([&] { EXPECT_EQ(take_from_pool(view(), id, 25'000, buyer), id); });
  EXPECT_EQ(row(id).restricted().holder(), buyer);
  EXPECT_EQ(row(id).pool(), 0u);
  EXPECT_EQ(row(id).kg(), 25'000u);
  EXPECT_TRUE(is_free(row(id)));
}

TEST_F(Receipts, part_of_a_locked_receipt_is_a_child) {
  lock_in_pool(view(), id, kPool);
  std::uint64_t taken = 0;
  keeps_invariants([&] { taken = take_from_pool(view(), id, 1'000, buyer); });
  EXPECT_EQ(row(id).state(), v1::SPLIT);
  EXPECT_EQ(row(id).kg(), 0u);
  EXPECT_EQ(row(id).pool(), 0u);
  EXPECT_TRUE(is_free(row(taken)));
  EXPECT_EQ(row(taken).kg(), 1'000u);
  EXPECT_EQ(row(taken).restricted().holder(), buyer);
  EXPECT_EQ(row(taken + 1).kg(), 24'000u);
  EXPECT_EQ(row(taken + 1).state(), v1::TOKENISED);
  EXPECT_EQ(row(taken + 1).pool(), kPool);
  EXPECT_EQ(row(taken + 1).restricted().holder(), story.farmer().party);
}

TEST_F(Receipts, terminal_states) {
  for (const auto state : {v1::ACTIVE, v1::REDEMPTION_PENDING, v1::TOKENISED})
    EXPECT_FALSE(is_terminal(state)) << state;
  for (const auto state : {v1::SPLIT, v1::MERGED, v1::REDEEMED})
    EXPECT_TRUE(is_terminal(state)) << state;
}

// However a pool is emptied, what was taken and what is locked are what was locked at first.
TEST_F(Receipts, property_a_pool_gives_back_what_it_took) {
  std::mt19937_64 random(700);
  lock_in_pool(view(), id, kPool);
  std::uint64_t locked = id, left = 25'000, taken = 0;
  while (left > 0) {
    const std::uint64_t kg = random() % 4 == 0 ? left : 1 + random() % left;
    std::uint64_t part = 0;
    keeps_invariants([&] { part = take_from_pool(view(), locked, kg, buyer); });
    ASSERT_EQ(row(part).kg(), kg);
    taken += kg;
    left -= kg;
    locked = part + 1;
    if (left > 0) {
      ASSERT_EQ(row(locked).kg(), left);
    }
    ASSERT_EQ(taken + left, 25'000u);
  }
}

}  // namespace
}  // namespace astyq::receipts
