// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "modules/receipts/receipts_desk_test.h"
#include "sim/receipt_ways.h"

namespace astyq::receipts {
namespace {

using test::Chain;
using test::ReceiptStory;
using v1::PledgeReceipt;

verbs::PledgeReceipt pledge_of(ReceiptsDesk& desk, std::uint64_t receipt, std::uint64_t pledgee) {
  return {.receipt = receipt,
          .pledgee = pledgee,
          .debt_tiyn = 50'000'000,
          .due_at_ns = desk.now_ns() + 90 * kDayNs,
          .contract_digest = Bytes(32, 'c')};
}

// A pledged receipt is neither sold, divided, joined nor redeemed until the pledgee lets it go.
TEST(PledgeReceipt, story) {
  Chain chain;
  ReceiptStory story(chain);
  const test::Actor& farmer = story.farmer();
  const test::Actor bank = chain.company("Bank"), trader = chain.company("Trader");
  const auto receipts = story.receipts(farmer, {60'000, 40'000});
  const std::uint64_t receipt = receipts.at(0);
  const verbs::OfferTransfer offer{.receipt = receipt, .to = trader.party};
  const verbs::SplitReceipt split{.receipt = receipt, .parts_kg = {20'000, 40'000}};
  const verbs::PledgeReceipt pledge{.receipt = receipt,
                                    .pledgee = bank.party,
                                    .debt_tiyn = 300'000'000,
                                    .due_at_ns = chain.now_ns() + 90 * kDayNs,
                                    .contract_digest = Bytes(32, 'c')};
  const auto refuse_everything = [&] {
    chain.refuse(farmer, offer, v1::OfferTransfer::PLEDGED);
    chain.refuse(farmer, split, v1::SplitReceipt::PLEDGED);
    chain.refuse(farmer, verbs::MergeReceipts{.receipts = receipts}, v1::MergeReceipts::PLEDGED);
    chain.refuse(farmer, verbs::OrderRedemption{.receipt = receipt, .receiver = farmer.party},
                 v1::OrderRedemption::PLEDGED);
    chain.refuse(farmer, pledge, PledgeReceipt::PLEDGED);
  };

  chain.ok(farmer, pledge);
  const v1::Receipt row = *chain.get(kReceipts(receipt));
  EXPECT_TRUE(row.encumbered());
  EXPECT_EQ(row.state(), v1::ACTIVE);
  EXPECT_EQ(row.restricted().pledge().state(), v1::OFFERED);
  EXPECT_EQ(row.restricted().pledge().debt_tiyn(), pledge.debt_tiyn);
  refuse_everything();
  chain.ok(bank, verbs::AcceptPledge{receipt, pledge.debt_tiyn, pledge.due_at_ns,
                                     pledge.contract_digest});
  refuse_everything();
  chain.refuse(farmer, verbs::ReleasePledge{.receipt = receipt},
               v1::ReleasePledge::ACCEPTED_ALREADY);
  chain.ok(bank, verbs::ReleasePledge{.receipt = receipt});
  chain.ok(farmer, offer);
  chain.ok(farmer, split);
}

TEST(PledgeReceipt, refusals_in_order) {
  ReceiptsDesk desk;
  const std::uint64_t farmer = desk.new_party(), bank = desk.new_party();
  const std::uint64_t receipt = desk.new_receipt(farmer);
  const verbs::PledgeReceipt pledge = pledge_of(desk, receipt, bank);

  auto verb = verbs::PledgeReceipt{};
  desk.refuse(bank, verb, PledgeReceipt::NO_PLEDGEE);
  verb.pledgee = bank;
  desk.refuse(bank, verb, PledgeReceipt::WRONG_DEBT);
  verb.debt_tiyn = std::uint64_t{1} << 63;
  desk.refuse(bank, verb, PledgeReceipt::WRONG_DEBT);
  verb.debt_tiyn = 1;
  desk.refuse(bank, verb, PledgeReceipt::NO_SUCH_RECEIPT);
  verb.receipt = receipt;
  desk.refuse(bank, verb, PledgeReceipt::NOT_HOLDER);
  verb.pledgee = farmer;
  desk.refuse(farmer, verb, PledgeReceipt::TO_YOURSELF);
  verb.pledgee = bank;
  desk.refuse(farmer, verb, PledgeReceipt::DUE_IN_THE_PAST);
  verb.due_at_ns = desk.now_ns();
  desk.refuse(farmer, verb, PledgeReceipt::DUE_IN_THE_PAST);
  desk.refuse_unless_free<PledgeReceipt>(farmer, receipt, pledge);
  desk.ok(farmer, pledge);
  desk.refuse(farmer, pledge, PledgeReceipt::PLEDGED);
}

// Pledge and redemption race: whichever is written first holds the receipt, before anybody has
// answered.
TEST(PledgeReceipt, the_first_of_pledge_and_redemption_wins) {
  ReceiptsDesk desk;
  const std::uint64_t farmer = desk.new_party(), bank = desk.new_party();
  const std::uint64_t pledged = desk.new_receipt(farmer), ordered = desk.new_receipt(farmer);
  desk.ok(farmer, pledge_of(desk, pledged, bank));
  desk.refuse(farmer, verbs::OrderRedemption{.receipt = pledged, .receiver = farmer},
              v1::OrderRedemption::PLEDGED);
  desk.ok(farmer, verbs::OrderRedemption{.receipt = ordered, .receiver = farmer});
  desk.refuse(farmer, pledge_of(desk, ordered, bank), PledgeReceipt::NOT_ACTIVE);
}

// From the offer of a pledge on, nothing that a holder or buyer can do moves, divides or ends the
// receipt; the acceptance changes only the pledge's state, and after the release everything is
// possible again.
TEST(PledgeReceipt, property_held_from_the_offer_to_the_release) {
  ReceiptsDesk desk;
  std::mt19937_64 random(712);
  const std::uint64_t pool = desk.new_pool();
  for (int run = 0; run < 20; ++run) {
    const std::uint64_t farmer = desk.new_party(), bank = desk.new_party(),
                        buyer = desk.new_party();
    const std::uint64_t receipt = desk.new_receipt(farmer, 900), other = desk.new_receipt(farmer);
    desk.ok(farmer, verbs::OfferTransfer{.receipt = receipt, .to = buyer});
    const auto pledge = pledge_of(desk, receipt, bank);
    desk.ok(farmer, pledge);
    if (random() % 2 == 0)
      desk.ok(bank, verbs::AcceptPledge{receipt, pledge.debt_tiyn, pledge.due_at_ns,
                                        pledge.contract_digest});
    const std::string before = desk.row(receipt).SerializeAsString();
    const auto attempt = [&](std::uint64_t which) {
      switch (which % 7) {
        case 0:
          return desk.accepts(farmer, verbs::OfferTransfer{.receipt = receipt, .to = bank});
        case 1:
          return desk.accepts(buyer, verbs::AcceptTransfer{.receipt = receipt});
        case 2:
          return desk.accepts(farmer,
                              verbs::SplitReceipt{.receipt = receipt, .parts_kg = {400, 500}});
        case 3:
          return desk.accepts(farmer, verbs::MergeReceipts{.receipts = {receipt, other}});
        case 4:
          return desk.accepts(farmer,
                              verbs::OrderRedemption{.receipt = receipt, .receiver = farmer});
        case 5:
          return desk.accepts(farmer, verbs::TokeniseReceipt{.receipt = receipt, .pool = pool});
        default:
          return desk.accepts(farmer, pledge_of(desk, receipt, buyer));
      }
    };
    for (int i = 0; i < 12; ++i) EXPECT_FALSE(attempt(random()));
    EXPECT_EQ(desk.row(receipt).SerializeAsString(), before);
    desk.ok(bank, verbs::ReleasePledge{.receipt = receipt});
    EXPECT_TRUE(attempt(1 + static_cast<std::uint64_t>(run) % 6));
  }
}

void some_terms(sim::World& world, sim::Draft<verbs::PledgeReceipt>& draft) {
  draft.verb.pledgee = world.trader_but(draft.party);
  draft.verb.debt_tiyn = world.dice.between(1, 1'000'000'000);
  draft.verb.due_at_ns = world.time_ns() + 90 * kDayNs;
  draft.verb.contract_digest = world.dice.bytes(32);
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::PledgeReceipt>(sim::holding(sim::is_free, some_terms))
        .refuses(PledgeReceipt::NO_PLEDGEE,
                 [](sim::World&, auto& draft) { draft.verb.pledgee = 0; })
        .refuses(PledgeReceipt::WRONG_DEBT,
                 [](sim::World& world, auto& draft) {
                   draft.verb.debt_tiyn = world.dice.percent(50) ? 0 : sim::kTooLarge;
                 })
        .refuses(PledgeReceipt::NO_SUCH_RECEIPT, sim::kNoReceipt)
        .refuses(PledgeReceipt::NOT_HOLDER, sim::kNotHolder)
        .refuses(PledgeReceipt::TO_YOURSELF,
                 [](sim::World&, auto& draft) { draft.verb.pledgee = draft.party; })
        .refuses(PledgeReceipt::DUE_IN_THE_PAST,
                 [](sim::World& world, auto& draft) { draft.verb.due_at_ns = world.time_ns(); })
        .refuses_instead(PledgeReceipt::NOT_ACTIVE, sim::holding(sim::is_not_active, some_terms))
        .refuses_instead(PledgeReceipt::PLEDGED, sim::holding(sim::is_pledged, some_terms))
        .refuses_instead(PledgeReceipt::BLOCKED, sim::holding(sim::is_blocked, some_terms))
        .refuses_instead(PledgeReceipt::RESERVED, sim::holding(sim::is_reserved, some_terms));

}  // namespace
}  // namespace astyq::receipts
