// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "modules/receipts/receipts_desk_test.h"
#include "sim/receipt_ways.h"

namespace astyq::receipts {
namespace {

using test::Chain;
using test::ReceiptStory;
using v1::OrderRedemption;

TEST(OrderRedemption, story) {
  Chain chain;
  ReceiptStory story(chain);
  const test::Actor& farmer = story.farmer();
  const test::Actor miller = chain.company("Miller");
  const std::uint64_t receipt = story.receipt(farmer, 60'000);
  const verbs::OrderRedemption order{.receipt = receipt, .receiver = miller.party};

  story.grain().set_regime(elevators::v1::SHIPMENT_BAN);
  chain.refuse(farmer, order, OrderRedemption::SHIPMENT_BAN);
  story.grain().set_regime(elevators::v1::NORMAL);
  story.grain().suspend_licence(story.grain().operator_licence(), story.elevator_operator());
  chain.ok(farmer, order);
  EXPECT_EQ(chain.get(kReceipts(receipt))->state(), v1::REDEMPTION_PENDING);
  const auto permit = elevators::find_permit(Head(chain).view, receipt);
  ASSERT_TRUE(permit.has_value());
  EXPECT_EQ(permit->kg(), 60'000u);
  EXPECT_EQ(permit->crop(), elevators::v1::WHEAT);
  EXPECT_EQ(permit->restricted().receiver(), miller.party);

  chain.wait_days(static_cast<int>(chain.engine().rules().offer_days()));
  EXPECT_EQ(chain.get(kReceipts(receipt))->state(), v1::ACTIVE);
  EXPECT_FALSE(elevators::find_permit(Head(chain).view, receipt).has_value());
  chain.ok(farmer, order);
}

TEST(OrderRedemption, refusals_in_order) {
  ReceiptsDesk desk;
  const std::uint64_t farmer = desk.new_party(), miller = desk.new_party();
  const std::uint64_t receipt = desk.new_receipt(farmer);
  const verbs::OrderRedemption order{.receipt = receipt, .receiver = miller};

  desk.refuse(miller, verbs::OrderRedemption{}, OrderRedemption::NO_RECEIVER);
  desk.refuse(miller, verbs::OrderRedemption{.receiver = miller}, OrderRedemption::NO_SUCH_RECEIPT);
  desk.refuse(miller, order, OrderRedemption::NOT_HOLDER);

  desk.change(receipt, [&](auto& row) { row.set_paid_until_ns(desk.now_ns() - 1); });
  desk.refuse(farmer, order, OrderRedemption::STORAGE_UNPAID);
  desk.set_regime(elevators::v1::SHIPMENT_BAN);
  desk.refuse(farmer, order, OrderRedemption::SHIPMENT_BAN);
  desk.refuse_unless_free<OrderRedemption>(farmer, receipt, order);
  desk.set_regime(elevators::v1::NORMAL);
  desk.change(receipt, [&](auto& row) { row.set_paid_until_ns(desk.now_ns()); });
  desk.ok(farmer, order);
  desk.refuse(farmer, order, OrderRedemption::NOT_ACTIVE);
}

// An appointment that nobody keeps lapses, and the receipt is free again; after the first truck it
// stands.
TEST(OrderRedemption, lapses_only_when_nothing_has_left) {
  ReceiptsDesk desk;
  const std::uint64_t farmer = desk.new_party();
  const std::uint64_t kept = desk.new_receipt(farmer), missed = desk.new_receipt(farmer);
  const std::string before = desk.row(missed).SerializeAsString();
  for (const std::uint64_t receipt : {kept, missed})
    desk.ok(farmer, verbs::OrderRedemption{.receipt = receipt, .receiver = farmer});
  desk.let_leave(kept, 1);
  desk.pass(desk.view().rules().offer_days() * kDayNs - 1);
  desk.end_block();
  EXPECT_EQ(desk.row(missed).state(), v1::REDEMPTION_PENDING);
  desk.pass(1);
  desk.end_block();
  EXPECT_EQ(desk.row(missed).SerializeAsString(), before);
  EXPECT_FALSE(elevators::find_permit(desk.view(), missed).has_value());
  EXPECT_EQ(desk.row(kept).state(), v1::REDEMPTION_PENDING);
  EXPECT_EQ(elevators::find_permit(desk.view(), kept)->released_kg(), 1u);
}

// A block is no reason to keep an order alive: it lapses, and the block stays.
TEST(OrderRedemption, lapses_under_a_block) {
  ReceiptsDesk desk;
  const std::uint64_t farmer = desk.new_party(), receipt = desk.new_receipt(farmer);
  desk.ok(farmer, verbs::OrderRedemption{.receipt = receipt, .receiver = farmer});
  desk.change(receipt, [](auto& row) { row.set_blocked_by_act(1); });
  desk.pass(desk.view().rules().offer_days() * kDayNs);
  desk.end_block();
  EXPECT_EQ(desk.row(receipt).state(), v1::ACTIVE);
  EXPECT_EQ(desk.row(receipt).blocked_by_act(), 1u);
}

// Orders, cancellations and lapses at random: just as much may leave as the receipts that stand
// ordered, for no more and no longer.
TEST(OrderRedemption, property_a_permit_for_each_pending_receipt) {
  ReceiptsDesk desk;
  std::mt19937_64 random(715);
  const std::uint64_t farmer = desk.new_party(), miller = desk.new_party();
  std::vector<std::uint64_t> receipts;
  std::vector<std::int64_t> ends_ns(4, 0);
  for (std::uint64_t kg = 1; kg <= 4; ++kg) receipts.push_back(desk.new_receipt(farmer, kg * 250));
  int lapsed = 0;
  for (int i = 0; i < 500; ++i) {
    const std::size_t which = random() % 4;
    const std::uint64_t receipt = receipts[which];
    const bool pending = ends_ns[which] != 0;
    if (random() % 8 == 0) {
      EXPECT_EQ(desk.accepts(farmer, verbs::CancelRedemption{.receipt = receipt}), pending);
      ends_ns[which] = 0;
    } else {
      const verbs::OrderRedemption order{.receipt = receipt, .receiver = miller};
      EXPECT_EQ(desk.accepts(farmer, order), !pending);
      if (!pending) ends_ns[which] = desk.now_ns() + 3 * kDayNs;
    }
    desk.pass(static_cast<std::int64_t>(random() % 12) * kDayNs / 10);
    desk.end_block();
    for (std::size_t j = 0; j < 4; ++j) {
      if (ends_ns[j] != 0 && ends_ns[j] <= desk.now_ns()) {
        ends_ns[j] = 0;
        ++lapsed;
      }
      const auto permit = elevators::find_permit(desk.view(), receipts[j]);
      EXPECT_EQ(permit.has_value(), ends_ns[j] != 0);
      EXPECT_EQ(desk.row(receipts[j]).state() == v1::REDEMPTION_PENDING, ends_ns[j] != 0);
      if (!permit) continue;
      EXPECT_EQ(permit->kg(), desk.row(receipts[j]).kg());
      EXPECT_EQ(permit->restricted().receiver(), miller);
    }
  }
  EXPECT_GT(lapsed, 10);
}

void some_receiver(sim::World& world, sim::Draft<verbs::OrderRedemption>& draft) {
  draft.verb.receiver = world.trader();
}

// A way to a free receipt in an elevator with a ban, or without, its storage paid, or not.
auto order(bool banned, bool paid) {
  return [=](sim::World& world, auto& draft) {
    const auto fits = [&](const v1::Receipt& row) {
      const bool is_banned =
          world.elevators.find(row.elevator())->regime() == elevators::v1::SHIPMENT_BAN;
      return sim::is_free(row) && is_banned == banned &&
             (row.paid_until_ns() >= world.time_ns()) == paid;
    };
    return sim::holding(fits, some_receiver)(world, draft);
  };
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::OrderRedemption>(order(false, true))
        .in_demand(4)
        .refuses(OrderRedemption::NO_RECEIVER,
                 [](sim::World&, auto& draft) { draft.verb.receiver = 0; })
        .refuses(OrderRedemption::NO_SUCH_RECEIPT, sim::kNoReceipt)
        .refuses(OrderRedemption::NOT_HOLDER, sim::kNotHolder)
        .refuses_instead(OrderRedemption::NOT_ACTIVE,
                         sim::holding(sim::is_not_active, some_receiver))
        .refuses_instead(OrderRedemption::PLEDGED, sim::holding(sim::is_pledged, some_receiver))
        .refuses_instead(OrderRedemption::BLOCKED, sim::holding(sim::is_blocked, some_receiver))
        .refuses_instead(OrderRedemption::RESERVED, sim::holding(sim::is_reserved, some_receiver))
        .refuses_instead(OrderRedemption::SHIPMENT_BAN, order(true, true))
        .refuses_instead(OrderRedemption::STORAGE_UNPAID, order(false, false));

}  // namespace
}  // namespace astyq::receipts
