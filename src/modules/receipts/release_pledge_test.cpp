// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "modules/receipts/receipts_desk_test.h"
#include "sim/receipt_ways.h"

namespace astyq::receipts {
namespace {

using test::Chain;
using test::ReceiptStory;
using v1::ReleasePledge;

verbs::PledgeReceipt pledge_of(ReceiptsDesk& desk, std::uint64_t receipt, std::uint64_t pledgee) {
  return {.receipt = receipt,
          .pledgee = pledgee,
          .debt_tiyn = 50'000'000,
          .due_at_ns = desk.now_ns() + 90 * kDayNs,
          .contract_digest = Bytes(32, 'c')};
}

verbs::AcceptPledge acceptance_of(const verbs::PledgeReceipt& pledge) {
  return {pledge.receipt, pledge.debt_tiyn, pledge.due_at_ns, pledge.contract_digest};
}

// The debt is paid and the bank lets the receipt go; only now can the farmer have the grain.
TEST(ReleasePledge, story) {
  Chain chain;
  ReceiptStory story(chain);
  const test::Actor& farmer = story.farmer();
  const test::Actor bank = chain.company("Bank");
  const std::uint64_t receipt = story.receipt(farmer, 60'000);
  const std::string before = chain.get(kReceipts(receipt))->SerializeAsString();
  const verbs::PledgeReceipt pledge{.receipt = receipt,
                                    .pledgee = bank.party,
                                    .debt_tiyn = 300'000'000,
                                    .due_at_ns = chain.now_ns() + 90 * kDayNs,
                                    .contract_digest = Bytes(32, 'c')};
  const verbs::OrderRedemption order{.receipt = receipt, .receiver = farmer.party};
  chain.ok(farmer, pledge);
  chain.ok(bank, acceptance_of(pledge));
  chain.refuse(farmer, verbs::ReleasePledge{.receipt = receipt}, ReleasePledge::ACCEPTED_ALREADY);
  chain.refuse(farmer, order, v1::OrderRedemption::PLEDGED);
  chain.ok(bank, verbs::ReleasePledge{.receipt = receipt});
  EXPECT_EQ(chain.get(kReceipts(receipt))->SerializeAsString(), before);
  chain.ok(farmer, order);
}

TEST(ReleasePledge, refusals_in_order) {
  ReceiptsDesk desk;
  const std::uint64_t farmer = desk.new_party(), bank = desk.new_party();
  const std::uint64_t receipt = desk.new_receipt(farmer);
  const verbs::ReleasePledge release{.receipt = receipt};
  desk.refuse(bank, verbs::ReleasePledge{}, ReleasePledge::NO_SUCH_RECEIPT);
  desk.refuse(bank, release, ReleasePledge::NOT_PLEDGED);
  const auto pledge = pledge_of(desk, receipt, bank);
  desk.ok(farmer, pledge);
  desk.refuse(desk.new_party(), release, ReleasePledge::NOT_PLEDGEE);
  desk.ok(bank, acceptance_of(pledge));
  desk.refuse(desk.new_party(), release, ReleasePledge::NOT_PLEDGEE);
  desk.refuse(farmer, release, ReleasePledge::ACCEPTED_ALREADY);
}

// A pledgee who never answers does not hold the receipt for ever: the holder takes back what is not
// accepted. A block stays through it all: it is the authority's, not the pledgee's.
TEST(ReleasePledge, declined_withdrawn_or_released) {
  ReceiptsDesk desk;
  const std::uint64_t farmer = desk.new_party(), bank = desk.new_party();
  const std::uint64_t receipt = desk.new_receipt(farmer);
  const std::string before = desk.row(receipt).SerializeAsString();
  const verbs::ReleasePledge release{.receipt = receipt};
  const auto pledge = pledge_of(desk, receipt, bank);
  for (const std::uint64_t party : {farmer, bank}) {
    desk.ok(farmer, pledge);
    desk.ok(party, release);
    EXPECT_EQ(desk.row(receipt).SerializeAsString(), before);
  }
  desk.ok(farmer, pledge);
  desk.ok(bank, acceptance_of(pledge));
  desk.change(receipt, [](auto& row) { row.set_blocked_by_act(1); });
  desk.ok(bank, release);
  EXPECT_FALSE(desk.row(receipt).encumbered());
  EXPECT_EQ(desk.row(receipt).blocked_by_act(), 1u);
}

// Whoever tries, in whatever order: an accepted pledge ends by the pledgee's hand alone, and the
// flag that everyone sees agrees with the pledge that only its parties see.
TEST(ReleasePledge, property_only_the_pledgee_lifts_what_it_accepted) {
  ReceiptsDesk desk;
  std::mt19937_64 random(714);
  const std::uint64_t farmer = desk.new_party(), bank = desk.new_party(), rival = desk.new_party();
  const std::uint64_t receipt = desk.new_receipt(farmer);
  const auto pledge = pledge_of(desk, receipt, bank);
  const std::uint64_t parties[] = {farmer, bank, rival};
  bool offered = false, accepted = false;
  for (int i = 0; i < 500; ++i) {
    const std::uint64_t party = parties[random() % 3];
    switch (random() % 3) {
      case 0:
        if (desk.accepts(party, pledge)) {
          EXPECT_TRUE(party == farmer && !offered);
          offered = true;
        }
        break;
      case 1:
        if (desk.accepts(party, acceptance_of(pledge))) {
          EXPECT_TRUE(party == bank && offered && !accepted);
          accepted = true;
        }
        break;
      default:
        if (desk.accepts(party, verbs::ReleasePledge{.receipt = receipt})) {
          EXPECT_TRUE(offered && (party == bank || (party == farmer && !accepted)));
          offered = accepted = false;
        }
    }
    const v1::Receipt row = desk.row(receipt);
    EXPECT_EQ(row.encumbered(), offered);
    EXPECT_EQ(row.restricted().has_pledge(), offered);
    EXPECT_EQ(row.restricted().pledge().state() == v1::ACCEPTED, accepted);
  }
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::ReleasePledge>([](sim::World& world, auto& draft) {
      const auto* entry = world.receipts.pick(
          world.dice, [&](const auto& row) { return row.restricted().has_pledge(); });
      if (entry == nullptr) return false;
      const auto& row = entry->second.restricted();
      const bool by_holder = row.pledge().state() == v1::OFFERED && world.dice.percent(50);
      draft = {by_holder ? row.holder() : row.pledge().pledgee(), {entry->first.first}};
      return !world.is_frozen(draft.party);
    })
        .refuses(ReleasePledge::NO_SUCH_RECEIPT, sim::kNoReceipt)
        .refuses(ReleasePledge::NOT_PLEDGED,
                 [](sim::World& world, auto& draft) {
                   return sim::held_receipt(world, draft, sim::is_free);
                 })
        .refuses(ReleasePledge::NOT_PLEDGEE,
                 [](sim::World& world, auto& draft) {
                   const auto& row = world.receipts.find(draft.verb.receipt)->restricted();
                   draft.party = world.trader();
                   return draft.party != row.holder() && draft.party != row.pledge().pledgee();
                 })
        .refuses_instead(ReleasePledge::ACCEPTED_ALREADY, [](sim::World& world, auto& draft) {
          return sim::held_receipt(world, draft, [](const auto& row) {
            return row.restricted().has_pledge() &&
                   row.restricted().pledge().state() == v1::ACCEPTED;
          });
        });

}  // namespace
}  // namespace astyq::receipts
