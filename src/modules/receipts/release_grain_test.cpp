// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "elevators/handlers.gen.h"
#include "modules/receipts/receipts_desk_test.h"
#include "sim/elevator_ways.h"
#include "sim/receipt_ways.h"

namespace astyq::receipts {
namespace {

using test::Chain;
using test::ReceiptStory;
using v1::ReleaseGrain;

// The whole way: the farmer sells the receipt, the miller sends trucks and confirms the last
// kilogram: the receipt ends and the elevator owes nothing more.
TEST(ReleaseGrain, story) {
  Chain chain;
  ReceiptStory story(chain);
  const test::Actor& farmer = story.farmer();
  const test::Actor& elevator = story.elevator_operator();
  const test::Actor miller = chain.company("Miller");
  const auto receipts = story.receipts(farmer, {60'000, 40'000});
  const std::uint64_t receipt = receipts.at(0);
  chain.ok(farmer, verbs::OfferTransfer{.receipt = receipt, .to = miller.party});
  chain.ok(miller, verbs::AcceptTransfer{.receipt = receipt});
  chain.ok(miller, verbs::OrderRedemption{.receipt = receipt, .receiver = miller.party});

  const verbs::ReleaseGrain release{.receipt = receipt};
  const verbs::RecordRedemptionOutbound truck{
      .receipt = receipt, .bin = story.grain().bin(), .kg = 30'000};
  chain.refuse(miller, release, ReleaseGrain::NOT_ALL_RELEASED);
  chain.ok(elevator, truck);
  chain.refuse(miller, release, ReleaseGrain::NOT_ALL_RELEASED);
  chain.ok(elevator, truck);
  chain.refuse(elevator, release, ReleaseGrain::NOT_RECEIVER_OR_HOLDER);
  chain.ok(miller, release);

  const v1::Receipt row = *chain.get(kReceipts(receipt));
  EXPECT_EQ(row.state(), v1::REDEEMED);
  EXPECT_EQ(row.kg(), 0u);
  EXPECT_EQ(row.issued_kg(), 60'000u);
  EXPECT_EQ(row.redeemed_kg(), 60'000u);
  EXPECT_EQ(row.redeemed_by_act(), 0u);
  EXPECT_FALSE(elevators::find_permit(Head(chain).view, receipt).has_value());
  const auto granary = elevators::find(Head(chain).view, story.grain().elevator());
  EXPECT_EQ(granary->live_receipts_kg(), 40'000u);
  EXPECT_EQ(granary->stock_kg(), 40'000u);
  chain.refuse(elevator, truck, elevators::v1::RecordRedemptionOutbound::NO_PERMIT);
}

TEST(ReleaseGrain, refusals_in_order) {
  ReceiptsDesk desk;
  const std::uint64_t farmer = desk.new_party(), miller = desk.new_party();
  const std::uint64_t elevator = desk.elevator_operator();
  const std::uint64_t receipt = desk.new_receipt(farmer), own = desk.new_receipt(farmer);
  const verbs::ReleaseGrain release{.receipt = receipt};
  desk.refuse(elevator, verbs::ReleaseGrain{}, ReleaseGrain::NO_SUCH_RECEIPT);
  desk.refuse(elevator, release, ReleaseGrain::NO_ORDER);
  desk.ok(farmer, verbs::OrderRedemption{.receipt = receipt, .receiver = miller});
  desk.ok(farmer, verbs::OrderRedemption{.receipt = own, .receiver = elevator});
  desk.let_leave(receipt, 999);
  desk.change(receipt, [](auto& row) { row.set_blocked_by_act(1); });
  desk.refuse(elevator, release, ReleaseGrain::NOT_RECEIVER_OR_HOLDER);
  desk.refuse(elevator, verbs::ReleaseGrain{.receipt = own}, ReleaseGrain::RECEIVER_IS_OPERATOR);
  for (const std::uint64_t other_side : {farmer, miller}) {
    desk.refuse(other_side, release, ReleaseGrain::BLOCKED);
    desk.change(receipt, [](auto& row) { row.set_blocked_by_act(0); });
    desk.refuse(other_side, release, ReleaseGrain::NOT_ALL_RELEASED);
    desk.change(receipt, [](auto& row) { row.set_blocked_by_act(1); });
  }
  desk.let_leave(receipt, 1);
  desk.refuse(miller, release, ReleaseGrain::BLOCKED);
  desk.change(receipt, [](auto& row) { row.set_blocked_by_act(0); });
  desk.ok(miller, release);
  desk.refuse(miller, release, ReleaseGrain::NO_ORDER);
}

// The holder's word is as good as the receiver's; an elevator's counts for its own receipt alone.
TEST(ReleaseGrain, the_holder_confirms_too) {
  ReceiptsDesk desk;
  const std::uint64_t farmer = desk.new_party(), elevator = desk.elevator_operator();
  const std::uint64_t taken = desk.new_receipt(farmer), own = desk.new_receipt(elevator);
  desk.ok(farmer, verbs::OrderRedemption{.receipt = taken, .receiver = elevator});
  desk.ok(elevator, verbs::OrderRedemption{.receipt = own, .receiver = elevator});
  for (const std::uint64_t receipt : {taken, own}) desk.let_leave(receipt, 1'000);
  desk.refuse(elevator, verbs::ReleaseGrain{.receipt = taken}, ReleaseGrain::RECEIVER_IS_OPERATOR);
  desk.ok(farmer, verbs::ReleaseGrain{.receipt = taken});
  desk.ok(elevator, verbs::ReleaseGrain{.receipt = own});
}

// A redeemed receipt is over: its appointment lapses into nothing and nobody can do a thing with
// it.
TEST(ReleaseGrain, ends_the_receipt) {
  ReceiptsDesk desk;
  const std::uint64_t farmer = desk.new_party(), trader = desk.new_party();
  const std::uint64_t receipt = desk.new_receipt(farmer);
  desk.ok(farmer, verbs::OfferTransfer{.receipt = receipt, .to = trader});
  desk.ok(farmer, verbs::OrderRedemption{.receipt = receipt, .receiver = trader});
  desk.let_leave(receipt, 1'000);
  desk.ok(trader, verbs::ReleaseGrain{.receipt = receipt});
  const std::string redeemed = desk.row(receipt).SerializeAsString();
  EXPECT_EQ(desk.row(receipt).state(), v1::REDEEMED);
  EXPECT_EQ(desk.row(receipt).kg(), 0u);
  EXPECT_EQ(desk.row(receipt).redemption_expires_at_running_ns(), 0);
  EXPECT_FALSE(desk.view().exists(kTransferOffers(receipt)));
  desk.pass(desk.view().rules().offer_days() * kDayNs);
  desk.end_block();
  desk.refuse(farmer, verbs::CancelRedemption{.receipt = receipt}, v1::CancelRedemption::NO_ORDER);
  desk.refuse(farmer, verbs::OfferTransfer{.receipt = receipt, .to = trader},
              v1::OfferTransfer::NOT_ACTIVE);
  EXPECT_EQ(desk.row(receipt).SerializeAsString(), redeemed);
}

// Receipts of all sizes are redeemed in random order and portions: live kilograms fall by just the
// receipt's own, and only once all of it has left and the other side says so.
TEST(ReleaseGrain, property_live_kilograms_are_those_of_live_receipts) {
  ReceiptsDesk desk;
  std::mt19937_64 random(717);
  const std::uint64_t farmer = desk.new_party();
  std::vector<std::uint64_t> receipts, left_kg(30, 0);
  for (int i = 0; i < 30; ++i) {
    receipts.push_back(desk.new_receipt(farmer, 1 + random() % 5'000));
    desk.ok(farmer, verbs::OrderRedemption{.receipt = receipts.back(), .receiver = farmer});
  }
  std::uint64_t live_kg = desk.elevator().live_receipts_kg();
  for (int i = 0; i < 300; ++i) {
    const std::size_t which = random() % 30;
    const std::uint64_t receipt = receipts[which];
    const v1::Receipt row = desk.row(receipt);
    if (row.state() == v1::REDEEMED) continue;
    const std::uint64_t rest_kg = row.kg() - left_kg[which];
    const std::uint64_t leaves_kg = random() % 3 == 0 ? rest_kg : random() % rest_kg;
    if (leaves_kg > 0) desk.let_leave(receipt, leaves_kg);
    left_kg[which] += leaves_kg;
    const bool all = leaves_kg == rest_kg;
    const verbs::ReleaseGrain release{.receipt = receipt};
    EXPECT_FALSE(desk.accepts(desk.elevator_operator(), release));
    EXPECT_EQ(desk.accepts(farmer, release), all);
    if (all) live_kg -= row.kg();
    EXPECT_EQ(desk.elevator().live_receipts_kg(), live_kg);
    EXPECT_EQ(elevators::find_permit(desk.view(), receipt).has_value(), !all);
  }
}

// A way to the receiver or the holder of an order whose permit and row fit.
template <typename Fits>
auto other_side(Fits fits) {
  return [fits](sim::World& world, auto& draft) {
    if (!sim::ordered_receipt(world, draft, fits)) return false;
    const auto& permit = *world.permits.find(draft.verb.receipt);
    const std::uint64_t receiver = permit.restricted().receiver();
    if (receiver != sim::operator_of(world, permit.elevator()) && !world.is_frozen(receiver) &&
        world.dice.percent(70))
      draft.party = receiver;
    return true;
  };
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::ReleaseGrain>(other_side(sim::left_altogether(true, false)))
        .refuses(ReleaseGrain::NO_SUCH_RECEIPT, sim::kNoReceipt)
        .refuses_instead(ReleaseGrain::NO_ORDER,
                         [](sim::World& world, auto& draft) {
                           return sim::held_receipt(world, draft, sim::is_free);
                         })
        .refuses(ReleaseGrain::NOT_RECEIVER_OR_HOLDER,
                 [](sim::World& world, auto& draft) {
                   const auto& permit = *world.permits.find(draft.verb.receipt);
                   sim::kNotHolder(world, draft);
                   return draft.party != permit.restricted().receiver();
                 })
        .refuses_instead(
            ReleaseGrain::RECEIVER_IS_OPERATOR,
            [](sim::World& world, auto& draft) {
              const auto to_operator = [&](const auto& permit, const auto& row) {
                const auto self = sim::operator_of(world, permit.elevator());
                return permit.restricted().receiver() == self && row.restricted().holder() != self;
              };
              if (!sim::ordered_receipt(world, draft, to_operator)) return false;
              draft.party = world.permits.find(draft.verb.receipt)->restricted().receiver();
              return !world.is_frozen(draft.party);
            })
        .refuses_instead(ReleaseGrain::BLOCKED, other_side(sim::left_altogether(false, true)))
        .refuses_instead(ReleaseGrain::NOT_ALL_RELEASED,
                         other_side(sim::left_altogether(false, false)));

}  // namespace
}  // namespace astyq::receipts
