// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "modules/receipts/receipts_desk_test.h"
#include "sim/receipt_ways.h"

namespace astyq::receipts {
namespace {

using test::Chain;
using test::ReceiptStory;
using v1::OfferTransfer;

TEST(OfferTransfer, story) {
  Chain chain;
  ReceiptStory story(chain);
  const test::Actor& farmer = story.farmer();
  const test::Actor trader = chain.company("Trader");
  const std::uint64_t receipt = story.receipt(farmer, 60'000);
  const verbs::OfferTransfer offer{.receipt = receipt, .to = trader.party};
  chain.ok(farmer, offer);
  const auto row = chain.get(kTransferOffers(receipt));
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->restricted().from(), farmer.party);
  EXPECT_EQ(row->restricted().to(), trader.party);
  EXPECT_EQ(chain.get(kReceipts(receipt))->restricted().holder(), farmer.party);

  chain.wait_days(static_cast<int>(chain.engine().rules().offer_days()));
  EXPECT_FALSE(chain.get(kTransferOffers(receipt)).has_value());
  chain.refuse(trader, verbs::AcceptTransfer{.receipt = receipt},
               v1::AcceptTransfer::NO_SUCH_OFFER);
  chain.ok(farmer, offer);
}

TEST(OfferTransfer, refusals_in_order) {
  ReceiptsDesk desk;
  const std::uint64_t farmer = desk.new_party(), trader = desk.new_party();
  const std::uint64_t receipt = desk.new_receipt(farmer);
  const verbs::OfferTransfer offer{.receipt = receipt, .to = trader};

  desk.refuse(trader, verbs::OfferTransfer{}, OfferTransfer::NO_RECIPIENT);
  desk.refuse(trader, verbs::OfferTransfer{.to = trader}, OfferTransfer::NO_SUCH_RECEIPT);
  desk.refuse(trader, verbs::OfferTransfer{.receipt = receipt + 100, .to = trader},
              OfferTransfer::NO_SUCH_RECEIPT);
  desk.refuse(farmer, verbs::OfferTransfer{.receipt = receipt, .to = trader + 100},
              base::v1::NAMED_PARTY_MISSING);
  desk.refuse(trader, offer, OfferTransfer::NOT_HOLDER);
  desk.refuse(farmer, verbs::OfferTransfer{.receipt = receipt, .to = farmer},
              OfferTransfer::TO_YOURSELF);
  desk.refuse_unless_free<OfferTransfer>(farmer, receipt, offer);
  desk.ok(farmer, offer);
  desk.refuse(farmer, offer, OfferTransfer::ALREADY_OFFERED);
  desk.refuse_unless_free<OfferTransfer>(farmer, receipt, offer);
}

// Between the end of its term and the job that clears it away, an offer is replaced by a newer one,
// and the job of the old one leaves the newer one alone.
TEST(OfferTransfer, a_newer_offer_replaces_an_expired_one) {
  ReceiptsDesk desk;
  const std::uint64_t farmer = desk.new_party(), trader = desk.new_party(),
                      miller = desk.new_party();
  const std::uint64_t receipt = desk.new_receipt(farmer);
  const auto slot = kTransferOffers(receipt);
  desk.ok(farmer, verbs::OfferTransfer{.receipt = receipt, .to = trader});
  const std::int64_t term_ns = desk.view().rules().offer_days() * kDayNs;

  desk.pass(term_ns - 1);
  desk.refuse(farmer, verbs::OfferTransfer{.receipt = receipt, .to = miller},
              OfferTransfer::ALREADY_OFFERED);
  desk.pass(1);
  desk.ok(farmer, verbs::OfferTransfer{.receipt = receipt, .to = miller});
  desk.end_block();
  EXPECT_EQ(desk.view().require(slot).restricted().to(), miller);
  desk.pass(term_ns - 1);
  desk.end_block();
  EXPECT_TRUE(desk.view().exists(slot));
  desk.pass(1);
  desk.end_block();
  EXPECT_FALSE(desk.view().exists(slot));
}

// An offer of somebody who no longer holds the receipt keeps the present holder from nothing.
TEST(OfferTransfer, an_offer_of_a_former_holder_gives_way) {
  ReceiptsDesk desk;
  const std::uint64_t farmer = desk.new_party(), trader = desk.new_party();
  const std::uint64_t receipt = desk.new_receipt(farmer);
  desk.ok(farmer, verbs::OfferTransfer{.receipt = receipt, .to = trader});
  desk.change(receipt, [&](auto& row) { row.mutable_restricted()->set_holder(trader); });
  desk.ok(trader, verbs::OfferTransfer{.receipt = receipt, .to = farmer});
  EXPECT_EQ(desk.view().require(kTransferOffers(receipt)).restricted().from(), trader);
}

// Whatever is offered, withdrawn and left to lapse: no offer alone moves a receipt, and at any time
// at most one party could accept it.
TEST(OfferTransfer, property_offers_move_nothing) {
  ReceiptsDesk desk;
  std::mt19937_64 random(709);
  std::vector<std::uint64_t> parties;
  for (int i = 0; i < 4; ++i) parties.push_back(desk.new_party());
  const std::uint64_t farmer = parties[0], receipt = desk.new_receipt(farmer);
  const auto slot = kTransferOffers(receipt);
  const std::string before = desk.row(receipt).SerializeAsString();
  std::int64_t open_until_ns = 0;
  int offers = 0;
  for (int i = 0; i < 400; ++i) {
    const std::uint64_t party = parties[random() % 4], to = parties[random() % 4];
    const std::int64_t now_ns = desk.view().time().running_ns;
    if (random() % 4 == 0) {
      const bool is_open = desk.view().exists(slot);
      const auto offer = desk.view().get(slot).value_or(v1::TransferOffer());
      const bool may = party == farmer || offer.restricted().to() == party;
      const bool done = desk.accepts(party, verbs::WithdrawTransfer{.receipt = receipt});
      EXPECT_EQ(done, is_open && may);
      if (done) open_until_ns = 0;
    } else {
      const bool expected = party == farmer && to != farmer && open_until_ns <= now_ns;
      const bool done = desk.accepts(party, verbs::OfferTransfer{.receipt = receipt, .to = to});
      EXPECT_EQ(done, expected);
      if (done) open_until_ns = now_ns + 3 * kDayNs;
      offers += done ? 1 : 0;
    }
    desk.pass(static_cast<std::int64_t>(random() % 20) * kDayNs / 10);
    if (random() % 2 == 0) desk.end_block();
    EXPECT_EQ(desk.row(receipt).SerializeAsString(), before);
  }
  EXPECT_GT(offers, 20);
}

void to_somebody(sim::World& world, sim::Draft<verbs::OfferTransfer>& draft) {
  draft.verb.to = world.trader_but(draft.party);
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::OfferTransfer>([](sim::World& world, auto& draft) {
      if (!sim::holding(sim::is_free, to_somebody)(world, draft)) return false;
      return world.transfer_offers.find(draft.verb.receipt) == nullptr;
    })
        .in_demand(2)
        .refuses(OfferTransfer::NO_RECIPIENT, [](sim::World&, auto& draft) { draft.verb.to = 0; })
        .refuses(OfferTransfer::NO_SUCH_RECEIPT, sim::kNoReceipt)
        .refuses(OfferTransfer::NOT_HOLDER, sim::kNotHolder)
        .refuses(OfferTransfer::TO_YOURSELF,
                 [](sim::World&, auto& draft) { draft.verb.to = draft.party; })
        .refuses_instead(OfferTransfer::NOT_ACTIVE, sim::holding(sim::is_not_active, to_somebody))
        .refuses_instead(OfferTransfer::PLEDGED, sim::holding(sim::is_pledged, to_somebody))
        .refuses_instead(OfferTransfer::BLOCKED, sim::holding(sim::is_blocked, to_somebody))
        .refuses_instead(OfferTransfer::RESERVED, sim::holding(sim::is_reserved, to_somebody))
        .refuses_instead(OfferTransfer::ALREADY_OFFERED, [](sim::World& world, auto& draft) {
          const auto* offer = world.transfer_offers.pick_entry(world.dice, [&](const auto& entry) {
            return sim::is_open(world, entry.second) &&
                   sim::is_free(*world.receipts.find(entry.first.first)) &&
                   !world.is_frozen(entry.second.restricted().from());
          });
          if (offer == nullptr) return false;
          draft.party = offer->second.restricted().from();
          draft.verb = {offer->first.first, world.trader_but(draft.party)};
          return true;
        });

}  // namespace
}  // namespace astyq::receipts
