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
using v1::CancelRedemption;

TEST(CancelRedemption, story) {
  Chain chain;
  ReceiptStory story(chain);
  const test::Actor& farmer = story.farmer();
  const std::uint64_t receipt = story.receipt(farmer, 60'000);
  const std::string before = chain.get(kReceipts(receipt))->SerializeAsString();
  const verbs::OrderRedemption order{.receipt = receipt, .receiver = farmer.party};
  const verbs::CancelRedemption cancel{.receipt = receipt};
  const verbs::RecordRedemptionOutbound truck{
      .receipt = receipt, .bin = story.grain().bin(), .kg = 25'000};
  chain.ok(farmer, order);
  chain.ok(farmer, cancel);
  EXPECT_EQ(chain.get(kReceipts(receipt))->SerializeAsString(), before);
  chain.refuse(story.elevator_operator(), truck,
               elevators::v1::RecordRedemptionOutbound::NO_PERMIT);
  chain.ok(farmer, order);
  chain.ok(story.elevator_operator(), truck);
  chain.refuse(farmer, cancel, CancelRedemption::GRAIN_HAS_LEFT);
}

TEST(CancelRedemption, refusals_in_order) {
  ReceiptsDesk desk;
  const std::uint64_t farmer = desk.new_party(), miller = desk.new_party();
  const std::uint64_t receipt = desk.new_receipt(farmer);
  const verbs::CancelRedemption cancel{.receipt = receipt};
  desk.refuse(miller, verbs::CancelRedemption{}, CancelRedemption::NO_SUCH_RECEIPT);
  desk.refuse(miller, cancel, CancelRedemption::NOT_HOLDER);
  desk.refuse(farmer, cancel, CancelRedemption::NO_ORDER);
  desk.ok(farmer, verbs::OrderRedemption{.receipt = receipt, .receiver = miller});
  desk.refuse(miller, cancel, CancelRedemption::NOT_HOLDER);
  desk.let_leave(receipt, 1);
  desk.refuse(farmer, cancel, CancelRedemption::GRAIN_HAS_LEFT);
}

// The job of an order that was cancelled must not end the order that came after it.
TEST(CancelRedemption, an_old_appointment_does_not_end_the_next_one) {
  ReceiptsDesk desk;
  const std::uint64_t farmer = desk.new_party(), receipt = desk.new_receipt(farmer);
  const verbs::OrderRedemption order{.receipt = receipt, .receiver = farmer};
  const std::int64_t term_ns = desk.view().rules().offer_days() * kDayNs;
  desk.ok(farmer, order);
  desk.pass(kDayNs);
  desk.ok(farmer, verbs::CancelRedemption{.receipt = receipt});
  desk.ok(farmer, order);
  desk.pass(term_ns - kDayNs);
  desk.end_block();
  EXPECT_EQ(desk.row(receipt).state(), v1::REDEMPTION_PENDING);
  desk.pass(kDayNs);
  desk.end_block();
  EXPECT_EQ(desk.row(receipt).state(), v1::ACTIVE);
}

// However often an order is given and taken back, the receipt is what it was and nothing may leave.
TEST(CancelRedemption, property_leaves_no_trace) {
  ReceiptsDesk desk;
  std::mt19937_64 random(716);
  const std::uint64_t farmer = desk.new_party(), miller = desk.new_party();
  for (int i = 0; i < 50; ++i) {
    const std::uint64_t receipt = desk.new_receipt(farmer, 1 + random() % 1'000);
    const std::string before = desk.row(receipt).SerializeAsString();
    for (std::uint64_t times = 1 + random() % 4; times > 0; --times) {
      desk.ok(farmer, verbs::OrderRedemption{.receipt = receipt, .receiver = miller});
      desk.pass(static_cast<std::int64_t>(random() % 1'000) * kSecondNs);
      desk.ok(farmer, verbs::CancelRedemption{.receipt = receipt});
      EXPECT_EQ(desk.row(receipt).SerializeAsString(), before);
      EXPECT_FALSE(elevators::find_permit(desk.view(), receipt).has_value());
    }
  }
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::CancelRedemption>([](sim::World& world, auto& draft) {
      return sim::ordered_receipt(
          world, draft, [](const auto& permit, const auto&) { return permit.released_kg() == 0; });
    })
        .refuses(CancelRedemption::NO_SUCH_RECEIPT, sim::kNoReceipt)
        .refuses(CancelRedemption::NOT_HOLDER, sim::kNotHolder)
        .refuses(CancelRedemption::NO_ORDER,
                 [](sim::World& world, auto& draft) {
                   return sim::held_receipt(world, draft, sim::is_free);
                 })
        .refuses_instead(CancelRedemption::GRAIN_HAS_LEFT, [](sim::World& world, auto& draft) {
          return sim::ordered_receipt(world, draft, [](const auto& permit, const auto&) {
            return permit.released_kg() > 0;
          });
        });

}  // namespace
}  // namespace astyq::receipts
