// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "elevators/handlers.gen.h"
#include "modules/receipts/receipts_desk_test.h"
#include "sim/receipt_ways.h"

namespace astyq::receipts {
namespace {

using test::Chain;
using test::ReceiptStory;
using v1::KeepRest;

// The miller sends one truck of two and then no more: the farmer keeps what lies there and sells it
// to another.
TEST(KeepRest, story) {
  Chain chain;
  ReceiptStory story(chain);
  const test::Actor& farmer = story.farmer();
  const test::Actor miller = chain.company("Miller"), trader = chain.company("Trader");
  const std::uint64_t receipt = story.receipt(farmer, 60'000);
  const v1::Receipt before = *chain.get(kReceipts(receipt));
  const verbs::RecordRedemptionOutbound truck{
      .receipt = receipt, .bin = story.grain().bin(), .kg = 25'000};
  chain.ok(farmer, verbs::OrderRedemption{.receipt = receipt, .receiver = miller.party});
  chain.ok(story.elevator_operator(), truck);
  chain.refuse(miller, verbs::ReleaseGrain{.receipt = receipt}, v1::ReleaseGrain::NOT_ALL_RELEASED);
  chain.wait_days(static_cast<int>(chain.engine().rules().offer_days()));
  const std::uint64_t rest = chain.ok(farmer, verbs::KeepRest{.receipt = receipt});

  const v1::Receipt row = *chain.get(kReceipts(receipt));
  EXPECT_EQ(row.state(), v1::REDEEMED);
  EXPECT_EQ(row.kg(), 0u);
  EXPECT_EQ(row.redeemed_kg(), 25'000u);
  EXPECT_EQ(row.issued_kg(), 60'000u);
  v1::Receipt child = *chain.get(kReceipts(rest));
  EXPECT_EQ(child.kg(), 35'000u);
  EXPECT_EQ(child.issued_kg(), 35'000u);
  ASSERT_EQ(child.parents_size(), 1);
  EXPECT_EQ(child.parents(0), receipt);
  // All else is what it was before the order.
  child.clear_parents();
  child.set_kg(60'000);
  child.set_issued_kg(60'000);
  EXPECT_EQ(child.SerializeAsString(), before.SerializeAsString());

  const auto granary = elevators::find(Head(chain).view, story.grain().elevator());
  EXPECT_EQ(granary->live_receipts_kg(), 35'000u);
  EXPECT_EQ(granary->stock_kg(), 35'000u);
  EXPECT_FALSE(elevators::find_permit(Head(chain).view, receipt).has_value());
  chain.refuse(story.elevator_operator(), truck,
               elevators::v1::RecordRedemptionOutbound::NO_PERMIT);
  chain.ok(farmer, verbs::OfferTransfer{.receipt = rest, .to = trader.party});
}

TEST(KeepRest, refusals_in_order) {
  ReceiptsDesk desk;
  const std::uint64_t farmer = desk.new_party(), miller = desk.new_party();
  const std::uint64_t receipt = desk.new_receipt(farmer);
  const verbs::KeepRest keep{.receipt = receipt};
  desk.refuse(miller, verbs::KeepRest{}, KeepRest::NO_SUCH_RECEIPT);
  desk.refuse(miller, keep, KeepRest::NOT_HOLDER);
  desk.refuse(farmer, keep, KeepRest::NO_ORDER);
  desk.ok(farmer, verbs::OrderRedemption{.receipt = receipt, .receiver = miller});
  desk.refuse(miller, keep, KeepRest::NOT_HOLDER);
  desk.refuse(desk.elevator_operator(), keep, KeepRest::NOT_HOLDER);
  const auto refuse_blocked_or = [&](Refusal why) {
    desk.change(receipt, [](auto& row) { row.set_blocked_by_act(1); });
    desk.refuse(farmer, keep, KeepRest::BLOCKED);
    desk.change(receipt, [](auto& row) { row.set_blocked_by_act(0); });
    if (why.refused()) desk.refuse(farmer, keep, why);
  };
  refuse_blocked_or(KeepRest::NOTHING_HAS_LEFT);
  desk.let_leave(receipt, 999);
  refuse_blocked_or(kAccepted);
  desk.let_leave(receipt, 1);
  refuse_blocked_or(KeepRest::ALL_HAS_LEFT);

  const std::uint64_t other = desk.new_receipt(farmer);
  desk.ok(farmer, verbs::OrderRedemption{.receipt = other, .receiver = miller});
  desk.let_leave(other, 1);
  desk.ok(farmer, verbs::KeepRest{.receipt = other});
  desk.refuse(farmer, verbs::KeepRest{.receipt = other}, KeepRest::NO_ORDER);
}

// An order that stopped half way outlives its appointment; once the rest is kept, neither the old
// appointment nor an open transfer offer touches anything.
TEST(KeepRest, nothing_of_the_order_remains) {
  ReceiptsDesk desk;
  const std::uint64_t farmer = desk.new_party(), trader = desk.new_party();
  const std::uint64_t receipt = desk.new_receipt(farmer);
  desk.ok(farmer, verbs::OfferTransfer{.receipt = receipt, .to = trader});
  desk.ok(farmer, verbs::OrderRedemption{.receipt = receipt, .receiver = trader});
  desk.let_leave(receipt, 400);
  const std::uint64_t rest = desk.made(farmer, verbs::KeepRest{.receipt = receipt});
  EXPECT_FALSE(desk.view().exists(kTransferOffers(receipt)));
  EXPECT_EQ(desk.row(rest).kg(), 600u);
  EXPECT_EQ(desk.row(rest).redemption_expires_at_running_ns(), 0);
  desk.pass(desk.view().rules().offer_days() * kDayNs);
  desk.end_block();
  EXPECT_EQ(desk.row(receipt).state(), v1::REDEEMED);
  EXPECT_EQ(desk.row(rest).state(), v1::ACTIVE);
  desk.ok(farmer, verbs::OrderRedemption{.receipt = rest, .receiver = trader});
}

// However often the rest is ordered and kept again: what left and what lives are what was issued,
// and the elevator owes what lives.
TEST(KeepRest, property_left_and_live_are_what_was_issued) {
  ReceiptsDesk desk;
  std::mt19937_64 random(719);
  const std::uint64_t farmer = desk.new_party();
  const std::uint64_t sack_kg = desk.elevator().live_receipts_kg() - 50'000;
  std::vector<std::uint64_t> receipts{desk.new_receipt(farmer, 50'000)};
  std::uint64_t left_kg = 0;
  for (int i = 0; i < 40; ++i) {
    const std::uint64_t receipt = receipts.back();
    const std::uint64_t kg = desk.row(receipt).kg();
    if (kg < 2) break;
    desk.ok(farmer, verbs::OrderRedemption{.receipt = receipt, .receiver = farmer});
    const std::uint64_t leaves_kg = 1 + random() % std::min<std::uint64_t>(kg - 1, 3'000);
    desk.let_leave(receipt, leaves_kg);
    left_kg += leaves_kg;
    receipts.push_back(desk.made(farmer, verbs::KeepRest{.receipt = receipt}));
    std::uint64_t redeemed_kg = 0, live_kg = 0;
    for (const std::uint64_t each : receipts) {
      redeemed_kg += desk.row(each).redeemed_kg();
      live_kg += desk.row(each).kg();
    }
    EXPECT_EQ(redeemed_kg, left_kg);
    EXPECT_EQ(live_kg, 50'000 - left_kg);
    EXPECT_EQ(desk.elevator().live_receipts_kg(), sack_kg + live_kg);
  }
  EXPECT_GT(receipts.size(), 20u);
}

// A way to an order of which so much has left, its receipt blocked, or not.
enum class Left { kNothing, kPart, kAll };
auto keep(Left left, bool blocked) {
  return [=](sim::World& world, auto& draft) {
    return sim::ordered_receipt(world, draft, [=](const auto& permit, const auto& row) {
      const Left has_left = permit.released_kg() == 0            ? Left::kNothing
                            : permit.released_kg() < permit.kg() ? Left::kPart
                                                                 : Left::kAll;
      return has_left == left && (row.blocked_by_act() != 0) == blocked;
    });
  };
}

// What the random run does with the verb.
const auto kPage = sim::Page<verbs::KeepRest>(keep(Left::kPart, false))
                       .refuses(KeepRest::NO_SUCH_RECEIPT, sim::kNoReceipt)
                       .refuses(KeepRest::NOT_HOLDER, sim::kNotHolder)
                       .refuses_instead(KeepRest::NO_ORDER,
                                        [](sim::World& world, auto& draft) {
                                          return sim::held_receipt(world, draft, sim::is_free);
                                        })
                       .refuses_instead(KeepRest::BLOCKED, keep(Left::kPart, true))
                       .refuses_instead(KeepRest::NOTHING_HAS_LEFT, keep(Left::kNothing, false))
                       .refuses_instead(KeepRest::ALL_HAS_LEFT, keep(Left::kAll, false));

}  // namespace
}  // namespace astyq::receipts
