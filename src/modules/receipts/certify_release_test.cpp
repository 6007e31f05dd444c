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
using v1::CertifyRelease;

// The miller took every truck and says nothing more; the akimat finds that the grain has left.
TEST(CertifyRelease, story) {
  Chain chain;
  ReceiptStory story(chain);
  const test::Actor& farmer = story.farmer();
  const test::Actor miller = chain.company("Miller");
  const std::uint64_t receipt = story.receipt(farmer, 60'000);
  chain.ok(farmer, verbs::OrderRedemption{.receipt = receipt, .receiver = miller.party});
  const std::uint64_t act = story.grain().record_act(farmer);
  const verbs::CertifyRelease certify{.receipt = receipt, .act = act};
  const verbs::RecordRedemptionOutbound truck{
      .receipt = receipt, .bin = story.grain().bin(), .kg = 30'000};
  chain.ok(story.elevator_operator(), truck);
  chain.refuse(chain.registrar(), certify, CertifyRelease::NOT_ALL_RELEASED);
  chain.ok(story.elevator_operator(), truck);
  chain.refuse(story.elevator_operator(), certify, base::v1::NO_PERMISSION);
  chain.ok(chain.registrar(), certify);

  const v1::Receipt row = *chain.get(kReceipts(receipt));
  EXPECT_EQ(row.state(), v1::REDEEMED);
  EXPECT_EQ(row.kg(), 0u);
  EXPECT_EQ(row.redeemed_by_act(), act);
  EXPECT_EQ(row.redemption_expires_at_running_ns(), 0);
  EXPECT_FALSE(elevators::find_permit(Head(chain).view, receipt).has_value());
  EXPECT_EQ(elevators::find(Head(chain).view, story.grain().elevator())->live_receipts_kg(), 0u);
  chain.refuse(miller, verbs::ReleaseGrain{.receipt = receipt}, v1::ReleaseGrain::NO_ORDER);
}

TEST(CertifyRelease, refusals_in_order) {
  ReceiptsDesk desk;
  const std::uint64_t farmer = desk.new_party(), receipt = desk.new_receipt(farmer);
  const verbs::CertifyRelease certify{.receipt = receipt, .act = desk.new_act(farmer)};
  const verbs::CertifyRelease about_other{.receipt = receipt,
                                          .act = desk.new_act(desk.elevator_operator())};
  desk.refuse(farmer, verbs::CertifyRelease{}, base::v1::NO_PERMISSION);
  desk.refuse(desk.registrar(), verbs::CertifyRelease{}, CertifyRelease::NO_SUCH_RECEIPT);
  desk.refuse(desk.registrar(), about_other, CertifyRelease::NO_ORDER);
  desk.ok(farmer, verbs::OrderRedemption{.receipt = receipt, .receiver = farmer});
  desk.let_leave(receipt, 999);
  desk.change(receipt, [](auto& row) { row.set_blocked_by_act(1); });
  desk.refuse(desk.registrar(), about_other, CertifyRelease::BLOCKED);
  desk.change(receipt, [](auto& row) { row.set_blocked_by_act(0); });
  desk.refuse(desk.registrar(), about_other, CertifyRelease::NOT_ALL_RELEASED);
  desk.let_leave(receipt, 1);
  desk.refuse(desk.registrar(), about_other, CertifyRelease::NO_ACT_ABOUT_HOLDER);
  const std::uint64_t arrest = desk.new_act(farmer, {authority::v1::BLOCK_RECEIPT});
  for (const std::uint64_t wrong : {std::uint64_t{0}, arrest})
    desk.refuse(desk.registrar(), verbs::CertifyRelease{.receipt = receipt, .act = wrong},
                CertifyRelease::NO_ACT_ABOUT_HOLDER);
  desk.ok(desk.registrar(), certify);
  desk.refuse(desk.registrar(), certify, CertifyRelease::NO_ORDER);
}

// Whatever has left and whomever acts are about: an act ends just the receipts of its subject that
// the scales say have left.
TEST(CertifyRelease, property_no_act_makes_up_for_a_truck) {
  ReceiptsDesk desk;
  std::mt19937_64 random(718);
  const std::uint64_t holders[] = {desk.new_party(), desk.new_party()};
  const std::uint64_t acts[] = {desk.new_act(holders[0]), desk.new_act(holders[1])};
  std::uint64_t live_kg = desk.elevator().live_receipts_kg();
  for (int i = 0; i < 60; ++i) {
    const std::uint64_t kg = 1 + random() % 2'000, which = random() % 2, about = random() % 2;
    const std::uint64_t receipt = desk.new_receipt(holders[which], kg);
    desk.ok(holders[which], verbs::OrderRedemption{.receipt = receipt, .receiver = holders[0]});
    const std::uint64_t leaves_kg = random() % 2 == 0 ? kg : random() % kg;
    if (leaves_kg > 0) desk.let_leave(receipt, leaves_kg);
    const bool ends = leaves_kg == kg && which == about;
    const verbs::CertifyRelease certify{.receipt = receipt, .act = acts[about]};
    EXPECT_EQ(desk.accepts(desk.registrar(), certify), ends);
    if (ends) live_kg -= kg;
    EXPECT_EQ(desk.elevator().live_receipts_kg(), live_kg);
    EXPECT_EQ(desk.row(receipt).redeemed_by_act(), ends ? acts[about] : 0);
  }
}

// A way to an ordered receipt that fits, and an act about its holder.
template <typename Fits>
auto certify(Fits fits) {
  return [fits](sim::World& world, auto& draft) {
    return sim::ordered_receipt(world, draft, fits) &&
           sim::cite_act_about_holder(world, draft, authority::v1::CERTIFY_RELEASE);
  };
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::CertifyRelease>(certify(sim::left_altogether(true, false)))
        .refuses(CertifyRelease::NO_SUCH_RECEIPT, sim::kNoReceipt)
        .refuses_instead(CertifyRelease::NO_ORDER,
                         [](sim::World& world, auto& draft) {
                           return sim::held_receipt(world, draft, sim::is_free) &&
                                  sim::cite_act_about_holder(world, draft,
                                                             authority::v1::CERTIFY_RELEASE);
                         })
        .refuses_instead(CertifyRelease::BLOCKED, certify(sim::left_altogether(false, true)))
        .refuses_instead(CertifyRelease::NOT_ALL_RELEASED,
                         certify(sim::left_altogether(false, false)))
        .refuses(CertifyRelease::NO_ACT_ABOUT_HOLDER, [](sim::World& world, auto& draft) {
          const auto& row = *world.receipts.find(draft.verb.receipt);
          draft.verb.act =
              world.act_beside(row.restricted().holder(), authority::v1::CERTIFY_RELEASE);
        });

}  // namespace
}  // namespace astyq::receipts
