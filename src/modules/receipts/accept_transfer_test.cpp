// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "modules/identity/identity.h"
#include "modules/receipts/receipts_desk_test.h"
#include "sim/receipt_ways.h"

namespace astyq::receipts {
namespace {

using test::Chain;
using test::ReceiptStory;
using v1::AcceptTransfer;

TEST(AcceptTransfer, story) {
  Chain chain;
  ReceiptStory story(chain);
  const test::Actor& farmer = story.farmer();
  const test::Actor trader = chain.company("Trader");
  const std::uint64_t receipt = story.receipt(farmer, 60'000);
  v1::Receipt expected = *chain.get(kReceipts(receipt));
  expected.mutable_restricted()->set_holder(trader.party);

  chain.ok(farmer, verbs::OfferTransfer{.receipt = receipt, .to = trader.party});
  chain.ok(trader, verbs::AcceptTransfer{.receipt = receipt});
  EXPECT_EQ(chain.get(kReceipts(receipt))->SerializeAsString(), expected.SerializeAsString());
  EXPECT_FALSE(chain.get(kTransferOffers(receipt)).has_value());
  chain.refuse(trader, verbs::AcceptTransfer{.receipt = receipt}, AcceptTransfer::NO_SUCH_OFFER);
  chain.refuse(farmer, verbs::OfferTransfer{.receipt = receipt, .to = trader.party},
               v1::OfferTransfer::NOT_HOLDER);
  chain.ok(trader, verbs::OfferTransfer{.receipt = receipt, .to = farmer.party});
  story.block(receipt, trader);
  chain.refuse(farmer, verbs::AcceptTransfer{.receipt = receipt}, AcceptTransfer::BLOCKED);
}

TEST(AcceptTransfer, refusals_in_order) {
  ReceiptsDesk desk;
  const std::uint64_t farmer = desk.new_party(), trader = desk.new_party(),
                      miller = desk.new_party();
  const std::uint64_t receipt = desk.new_receipt(farmer);
  const verbs::AcceptTransfer accept{.receipt = receipt};

  desk.refuse(trader, verbs::AcceptTransfer{}, AcceptTransfer::NO_SUCH_OFFER);
  desk.refuse(trader, accept, AcceptTransfer::NO_SUCH_OFFER);
  desk.ok(farmer, verbs::OfferTransfer{.receipt = receipt, .to = trader});
  desk.refuse_unless_free<AcceptTransfer>(trader, receipt, accept);

  // The reasons heap up, each before those that stand already.
  desk.change(receipt, [&](auto& row) { row.set_reserved(true); });
  View view = desk.view();
  identity::set_freeze(view, farmer, 1);
  desk.refuse(trader, accept, AcceptTransfer::HOLDER_FROZEN);
  identity::set_freeze(view, miller, 1);
  desk.change(receipt, [&](auto& row) { row.mutable_restricted()->set_holder(miller); });
  desk.refuse(trader, accept, AcceptTransfer::HOLDER_CHANGED);
  desk.pass(desk.view().rules().offer_days() * kDayNs);
  desk.refuse(trader, accept, AcceptTransfer::OFFER_EXPIRED);
  desk.refuse(desk.new_party(), accept, AcceptTransfer::NOT_OFFERED_TO_YOU);
  desk.end_block();
  desk.refuse(trader, accept, AcceptTransfer::NO_SUCH_OFFER);
}

// What happens to the receipt between the two signatures decides: an offer promises nothing.
TEST(AcceptTransfer, judged_as_the_receipt_stands_when_it_is_accepted) {
  ReceiptsDesk desk;
  const std::uint64_t farmer = desk.new_party(), trader = desk.new_party(), bank = desk.new_party();
  const std::uint64_t receipt = desk.new_receipt(farmer);
  const verbs::AcceptTransfer accept{.receipt = receipt};
  desk.ok(farmer, verbs::OfferTransfer{.receipt = receipt, .to = trader});

  desk.ok(farmer, verbs::OrderRedemption{.receipt = receipt, .receiver = farmer});
  desk.refuse(trader, accept, AcceptTransfer::NOT_ACTIVE);
  desk.ok(farmer, verbs::CancelRedemption{.receipt = receipt});
  desk.ok(farmer, verbs::PledgeReceipt{.receipt = receipt,
                                       .pledgee = bank,
                                       .debt_tiyn = 1,
                                       .due_at_ns = desk.now_ns() + kDayNs,
                                       .contract_digest = Bytes(32, 'c')});
  desk.refuse(trader, accept, AcceptTransfer::PLEDGED);
  desk.ok(bank, verbs::ReleasePledge{.receipt = receipt});
  desk.ok(trader, accept);
  EXPECT_EQ(desk.holder(receipt), trader);
  EXPECT_FALSE(desk.view().exists(kTransferOffers(receipt)));
}

// Receipts wander among parties at random; the register always names exactly the party that the
// model names, and nothing else of a receipt changes by being sold.
TEST(AcceptTransfer, property_only_an_accepted_offer_moves_a_receipt) {
  ReceiptsDesk desk;
  std::mt19937_64 random(710);
  std::vector<std::uint64_t> parties, holders, offered_to(3, 0);
  for (int i = 0; i < 4; ++i) parties.push_back(desk.new_party());
  std::vector<std::uint64_t> receipts;
  for (int i = 0; i < 3; ++i) {
    holders.push_back(parties[random() % 4]);
    receipts.push_back(desk.new_receipt(holders.back()));
  }
  int accepted = 0;
  for (int i = 0; i < 600; ++i) {
    const std::size_t which = random() % 3;
    const std::uint64_t party = parties[random() % 4], to = parties[random() % 4];
    const std::uint64_t receipt = receipts[which];
    if (random() % 2 == 0) {
      const bool done = desk.accepts(party, verbs::OfferTransfer{.receipt = receipt, .to = to});
      EXPECT_EQ(done, party == holders[which] && to != party && offered_to[which] == 0);
      if (done) offered_to[which] = to;
    } else {
      const bool done = desk.accepts(party, verbs::AcceptTransfer{.receipt = receipt});
      EXPECT_EQ(done, offered_to[which] == party);
      if (done) holders[which] = party;
      if (done) offered_to[which] = 0;
      accepted += done ? 1 : 0;
    }
    v1::Receipt row = desk.row(receipt);
    EXPECT_EQ(row.restricted().holder(), holders[which]);
    EXPECT_EQ(row.kg(), 1'000u);
    EXPECT_TRUE(is_free(row));
  }
  EXPECT_GT(accepted, 20);
}

// A way to an offer that is open, or not, whose holder may act, or not, and whose receipt fits.
template <typename Fits>
auto accept(bool open, bool holder_acts, Fits fits) {
  return [=](sim::World& world, auto& draft) {
    const auto* offer = world.transfer_offers.pick_entry(world.dice, [&](const auto& entry) {
      const auto& sides = entry.second.restricted();
      return sim::is_open(world, entry.second) == open && !world.is_frozen(sides.to()) &&
             (!open || !world.is_frozen(sides.from()) == holder_acts) &&
             fits(*world.receipts.find(entry.first.first));
    });
    if (offer == nullptr) return false;
    draft = {offer->second.restricted().to(), {offer->first.first}};
    return true;
  };
}

bool any_receipt(const v1::Receipt&) {
  return true;
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::AcceptTransfer>(accept(true, true, sim::is_free))
        .refuses(AcceptTransfer::NO_SUCH_OFFER, sim::kNoReceipt)
        .refuses(AcceptTransfer::NOT_OFFERED_TO_YOU, sim::kSomebodyElse)
        .refuses_instead(AcceptTransfer::OFFER_EXPIRED, accept(false, true, any_receipt))
        .refuses_instead(AcceptTransfer::HOLDER_FROZEN, accept(true, false, any_receipt))
        .refuses_instead(AcceptTransfer::NOT_ACTIVE, accept(true, true, sim::is_not_active))
        .refuses_instead(AcceptTransfer::PLEDGED, accept(true, true, sim::is_pledged))
        .refuses_instead(AcceptTransfer::BLOCKED, accept(true, true, sim::is_blocked))
        .refuses_instead(AcceptTransfer::RESERVED, accept(true, true, sim::is_reserved));

}  // namespace
}  // namespace astyq::receipts
