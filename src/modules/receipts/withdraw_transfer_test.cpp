// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "modules/receipts/receipts_desk_test.h"
#include "sim/receipt_ways.h"

namespace astyq::receipts {
namespace {

using test::Chain;
using test::ReceiptStory;
using v1::WithdrawTransfer;

TEST(WithdrawTransfer, story) {
  Chain chain;
  ReceiptStory story(chain);
  const test::Actor& farmer = story.farmer();
  const test::Actor trader = chain.company("Trader");
  const std::uint64_t receipt = story.receipt(farmer, 60'000);
  chain.ok(farmer, verbs::OfferTransfer{.receipt = receipt, .to = trader.party});
  chain.refuse(story.elevator_operator(), verbs::WithdrawTransfer{.receipt = receipt},
               WithdrawTransfer::NOT_YOUR_OFFER);
  chain.ok(trader, verbs::WithdrawTransfer{.receipt = receipt});
  EXPECT_FALSE(chain.get(kTransferOffers(receipt)).has_value());
  chain.refuse(trader, verbs::AcceptTransfer{.receipt = receipt},
               v1::AcceptTransfer::NO_SUCH_OFFER);
  EXPECT_EQ(chain.get(kReceipts(receipt))->restricted().holder(), farmer.party);
}

TEST(WithdrawTransfer, refusals_in_order) {
  ReceiptsDesk desk;
  const std::uint64_t farmer = desk.new_party(), trader = desk.new_party();
  const std::uint64_t receipt = desk.new_receipt(farmer);
  const verbs::WithdrawTransfer withdraw{.receipt = receipt};
  desk.refuse(farmer, verbs::WithdrawTransfer{}, WithdrawTransfer::NO_SUCH_OFFER);
  desk.refuse(farmer, withdraw, WithdrawTransfer::NO_SUCH_OFFER);
  desk.ok(farmer, verbs::OfferTransfer{.receipt = receipt, .to = trader});
  desk.refuse(desk.new_party(), withdraw, WithdrawTransfer::NOT_YOUR_OFFER);
  desk.refuse(desk.elevator_operator(), withdraw, WithdrawTransfer::NOT_YOUR_OFFER);
}

// Withdrawn or declined, the offer is gone, the next one is open at once, and the job of the first
// one does not end the second.
TEST(WithdrawTransfer, either_side_ends_the_offer) {
  ReceiptsDesk desk;
  const std::uint64_t farmer = desk.new_party(), trader = desk.new_party();
  const std::uint64_t receipt = desk.new_receipt(farmer);
  for (const std::uint64_t party : {farmer, trader}) {
    desk.ok(farmer, verbs::OfferTransfer{.receipt = receipt, .to = trader});
    desk.pass(kDayNs);
    desk.ok(party, verbs::WithdrawTransfer{.receipt = receipt});
    desk.refuse(trader, verbs::AcceptTransfer{.receipt = receipt},
                v1::AcceptTransfer::NO_SUCH_OFFER);
  }
  desk.ok(farmer, verbs::OfferTransfer{.receipt = receipt, .to = trader});
  desk.pass((desk.view().rules().offer_days() - 1) * kDayNs);
  desk.end_block();
  desk.ok(trader, verbs::AcceptTransfer{.receipt = receipt});
  EXPECT_EQ(desk.holder(receipt), trader);
}

TEST(WithdrawTransfer, property_strangers_end_nothing) {
  ReceiptsDesk desk;
  std::mt19937_64 random(711);
  std::vector<std::uint64_t> parties;
  for (int i = 0; i < 6; ++i) parties.push_back(desk.new_party());
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t from = parties[random() % 6], to = parties[random() % 6];
    const std::uint64_t party = parties[random() % 6], receipt = desk.new_receipt(from);
    if (!desk.accepts(from, verbs::OfferTransfer{.receipt = receipt, .to = to})) continue;
    EXPECT_EQ(desk.accepts(party, verbs::WithdrawTransfer{.receipt = receipt}),
              party == from || party == to);
    EXPECT_EQ(desk.holder(receipt), from);
  }
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::WithdrawTransfer>([](sim::World& world, auto& draft) {
      // Most of them: the others go on to be accepted, or lapse.
      const auto* offer = world.transfer_offers.pick_entry(
          world.dice, [](const auto& entry) { return entry.first.first % 4 != 0; });
      if (offer == nullptr) return false;
      const auto& sides = offer->second.restricted();
      draft = {world.dice.percent(50) ? sides.from() : sides.to(), {offer->first.first}};
      return !world.is_frozen(draft.party);
    })
        .refuses(WithdrawTransfer::NO_SUCH_OFFER, sim::kNoReceipt)
        .refuses(WithdrawTransfer::NOT_YOUR_OFFER, [](sim::World& world, auto& draft) {
          const auto& sides = world.transfer_offers.find(draft.verb.receipt)->restricted();
          draft.party = world.trader();
          return draft.party != sides.from() && draft.party != sides.to();
        });

}  // namespace
}  // namespace astyq::receipts
