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
using v1::AcceptPledge;

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

TEST(AcceptPledge, story) {
  Chain chain;
  ReceiptStory story(chain);
  const test::Actor& farmer = story.farmer();
  const test::Actor bank = chain.company("Bank");
  const std::uint64_t receipt = story.receipt(farmer, 60'000);
  const verbs::PledgeReceipt pledge{.receipt = receipt,
                                    .pledgee = bank.party,
                                    .debt_tiyn = 300'000'000,
                                    .due_at_ns = chain.now_ns() + 90 * kDayNs,
                                    .contract_digest = Bytes(32, 'c')};
  chain.ok(farmer, pledge);
  chain.refuse(farmer, acceptance_of(pledge), AcceptPledge::NOT_PLEDGEE);
  chain.ok(bank, acceptance_of(pledge));
  const v1::Receipt row = *chain.get(kReceipts(receipt));
  EXPECT_TRUE(row.encumbered());
  EXPECT_EQ(row.restricted().holder(), farmer.party);
  EXPECT_EQ(row.restricted().pledge().pledgee(), bank.party);
  EXPECT_EQ(row.restricted().pledge().state(), v1::ACCEPTED);
}

TEST(AcceptPledge, refusals_in_order) {
  ReceiptsDesk desk;
  const std::uint64_t farmer = desk.new_party(), bank = desk.new_party();
  const std::uint64_t receipt = desk.new_receipt(farmer);
  const auto pledge = pledge_of(desk, receipt, bank);
  const auto accept = acceptance_of(pledge);

  desk.refuse(bank, verbs::AcceptPledge{}, AcceptPledge::NO_SUCH_RECEIPT);
  desk.refuse(bank, accept, AcceptPledge::NOT_PLEDGED);
  desk.ok(farmer, pledge);
  desk.refuse(farmer, accept, AcceptPledge::NOT_PLEDGEE);
  desk.refuse(desk.new_party(), verbs::AcceptPledge{.receipt = receipt}, AcceptPledge::NOT_PLEDGEE);
  desk.change(receipt, [](auto& row) { row.set_blocked_by_act(1); });
  desk.refuse(bank, accept, AcceptPledge::BLOCKED);
  View view = desk.view();
  identity::set_freeze(view, farmer, 1);
  desk.refuse(bank, accept, AcceptPledge::HOLDER_FROZEN);
  desk.refuse(bank, verbs::AcceptPledge{.receipt = receipt}, AcceptPledge::TERMS_DIFFER);
  desk.change(receipt, [](auto& row) { row.set_blocked_by_act(0); });
  identity::set_freeze(view, farmer, 0);
  desk.ok(bank, accept);
  desk.refuse(bank, accept, AcceptPledge::ALREADY_ACCEPTED);
}

// The holder takes its offer back and makes a worse one while the acceptance is on its way: the
// pledgee does not find itself bound to it.
TEST(AcceptPledge, binds_to_the_terms_that_were_read) {
  ReceiptsDesk desk;
  const std::uint64_t farmer = desk.new_party(), bank = desk.new_party();
  const std::uint64_t receipt = desk.new_receipt(farmer);
  const auto first = pledge_of(desk, receipt, bank);
  auto worse = first;
  worse.debt_tiyn = 1;
  desk.ok(farmer, first);
  desk.ok(farmer, verbs::ReleasePledge{.receipt = receipt});
  desk.ok(farmer, worse);
  desk.refuse(bank, acceptance_of(first), AcceptPledge::TERMS_DIFFER);
  EXPECT_EQ(desk.row(receipt).restricted().pledge().state(), v1::OFFERED);
}

// Any difference in any term is found; the terms as offered are always accepted and change nothing
// but the pledge's state.
TEST(AcceptPledge, property_every_term_counts) {
  ReceiptsDesk desk;
  std::mt19937_64 random(713);
  const std::uint64_t farmer = desk.new_party(), bank = desk.new_party();
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t receipt = desk.new_receipt(farmer);
    auto pledge = pledge_of(desk, receipt, bank);
    pledge.debt_tiyn = 1 + random() % 1'000'000;
    pledge.due_at_ns += static_cast<std::int64_t>(random() % 1'000'000);
    for (char& byte : pledge.contract_digest) byte = static_cast<char>(random());
    desk.ok(farmer, pledge);
    auto other = acceptance_of(pledge);
    switch (random() % 3) {
      case 0:
        other.debt_tiyn ^= 1 + random() % 1'000;
        break;
      case 1:
        other.due_at_ns += 1 - 2 * static_cast<std::int64_t>(random() % 2);
        break;
      default:
        other.contract_digest[random() % 32] ^= static_cast<char>(1 << random() % 8);
    }
    desk.refuse(bank, other, AcceptPledge::TERMS_DIFFER);
    v1::Receipt expected = desk.row(receipt);
    expected.mutable_restricted()->mutable_pledge()->set_state(v1::ACCEPTED);
    desk.ok(bank, acceptance_of(pledge));
    EXPECT_EQ(desk.row(receipt).SerializeAsString(), expected.SerializeAsString());
  }
}

// A way to a pledge in this state, whose holder may act, or not, of a receipt blocked, or not.
auto pledged(v1::PledgeState state, bool holder_acts, bool blocked) {
  return [=](sim::World& world, auto& draft) {
    const auto* entry = world.receipts.pick(world.dice, [&](const auto& row) {
      const auto& pledge = row.restricted().pledge();
      return row.restricted().has_pledge() && pledge.state() == state &&
             !world.is_frozen(pledge.pledgee()) && (row.blocked_by_act() != 0) == blocked &&
             !world.is_frozen(row.restricted().holder()) == holder_acts;
    });
    if (entry == nullptr) return false;
    const auto& pledge = entry->second.restricted().pledge();
    draft = {
        pledge.pledgee(),
        {entry->first.first, pledge.debt_tiyn(), pledge.due_at_ns(), pledge.contract_digest()}};
    return true;
  };
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::AcceptPledge>(pledged(v1::OFFERED, true, false))
        .refuses(AcceptPledge::NO_SUCH_RECEIPT, sim::kNoReceipt)
        .refuses(AcceptPledge::NOT_PLEDGED,
                 [](sim::World& world, auto& draft) {
                   return sim::held_receipt(world, draft, sim::is_free);
                 })
        .refuses(AcceptPledge::NOT_PLEDGEE, sim::kSomebodyElse)
        .refuses_instead(AcceptPledge::ALREADY_ACCEPTED, pledged(v1::ACCEPTED, true, false))
        .refuses(AcceptPledge::TERMS_DIFFER,
                 [](sim::World&, auto& draft) { ++draft.verb.debt_tiyn; })
        .refuses_instead(AcceptPledge::HOLDER_FROZEN, pledged(v1::OFFERED, false, false))
        .refuses_instead(AcceptPledge::BLOCKED, pledged(v1::OFFERED, true, true));

}  // namespace
}  // namespace astyq::receipts
