// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "modules/receipts/receipts_desk_test.h"
#include "sim/elevator_ways.h"
#include "sim/receipt_ways.h"

namespace astyq::receipts {
namespace {

using test::Chain;
using test::ReceiptStory;
using v1::ExtendStorage;

// Storage runs out before the mill wants the grain; the farmer pays for another month, and the
// trucks may come.
TEST(ExtendStorage, story) {
  Chain chain;
  ReceiptStory story(chain);
  const test::Actor& farmer = story.farmer();
  const test::Actor& elevator = story.elevator_operator();
  auto proposal = story.proposal(story.grain().deliver(farmer, {.kg = 60'000}).batch, {60'000});
  proposal.paid_until_ns = chain.now_ns() + kDayNs;
  const std::uint64_t order = chain.ok(elevator, proposal);
  chain.ok(farmer, verbs::CountersignProposal{order});
  const std::uint64_t receipt = chain.ok(chain.registrar(), verbs::IssueReceipt{order});
  v1::Receipt before = *chain.get(kReceipts(receipt));
  chain.wait_days(2);
  const verbs::OrderRedemption redemption{.receipt = receipt, .receiver = farmer.party};
  chain.refuse(farmer, redemption, v1::OrderRedemption::STORAGE_UNPAID);

  const verbs::ExtendStorage extend{.receipt = receipt,
                                    .paid_until_ns = chain.now_ns() + 30 * kDayNs};
  chain.refuse(farmer, extend, ExtendStorage::NOT_OPERATOR);
  chain.ok(elevator, extend);
  before.set_paid_until_ns(extend.paid_until_ns);
  EXPECT_EQ(chain.get(kReceipts(receipt))->SerializeAsString(), before.SerializeAsString());
  chain.ok(farmer, redemption);
}

// Receipts that were paid for until different dates can be merged once one of them is paid for as
// long as the other.
TEST(ExtendStorage, story_before_a_merge) {
  ReceiptsDesk desk;
  const std::uint64_t farmer = desk.new_party();
  const std::uint64_t one = desk.new_receipt(farmer), other = desk.new_receipt(farmer);
  const std::int64_t longer_ns = desk.row(other).paid_until_ns();
  desk.change(one, [&](auto& row) { row.set_paid_until_ns(desk.now_ns() + kDayNs); });
  const verbs::MergeReceipts merge{.receipts = {one, other}};
  desk.refuse(farmer, merge, v1::MergeReceipts::NOT_ONE_PAID_UNTIL);
  desk.ok(desk.elevator_operator(), verbs::ExtendStorage{one, longer_ns});
  const std::uint64_t merged = desk.made(farmer, merge);
  EXPECT_EQ(desk.row(merged).paid_until_ns(), longer_ns);
}

TEST(ExtendStorage, refusals_in_order) {
  ReceiptsDesk desk;
  const std::uint64_t farmer = desk.new_party(), elevator = desk.elevator_operator();
  const std::uint64_t receipt = desk.new_receipt(farmer);
  const std::int64_t now_ns = desk.now_ns(), latest_ns = now_ns + 3'650 * kDayNs;
  const auto pay = [&](std::int64_t until_ns) { return verbs::ExtendStorage{receipt, until_ns}; };
  desk.refuse(farmer, verbs::ExtendStorage{}, ExtendStorage::NO_SUCH_RECEIPT);
  desk.change(receipt, [](auto& row) { row.set_state(v1::REDEEMED); });
  desk.refuse(farmer, pay(0), ExtendStorage::NOT_OPERATOR);
  for (const auto state : {v1::SPLIT, v1::MERGED, v1::REDEEMED}) {
    desk.change(receipt, [=](auto& row) { row.set_state(state); });
    desk.refuse(elevator, pay(0), ExtendStorage::ENDED);
  }
  desk.change(receipt, [](auto& row) { row.set_state(v1::ACTIVE); });
  // What stands lies as far ahead as may be, and then behind.
  for (const std::int64_t until_ns : {std::int64_t{0}, now_ns, latest_ns})
    desk.refuse(elevator, pay(until_ns), ExtendStorage::NOT_LATER);
  desk.refuse(elevator, pay(latest_ns + 1), ExtendStorage::TOO_FAR);
  desk.change(receipt, [=](auto& row) { row.set_paid_until_ns(now_ns - kDayNs); });
  for (const std::int64_t until_ns : {INT64_MIN, now_ns - 1, now_ns})
    desk.refuse(elevator, pay(until_ns), ExtendStorage::NOT_LATER);
  for (const std::int64_t until_ns : {latest_ns + 1, INT64_MAX})
    desk.refuse(elevator, pay(until_ns), ExtendStorage::TOO_FAR);
  desk.ok(elevator, pay(now_ns + 1));
  desk.ok(elevator, pay(latest_ns));
  desk.refuse(elevator, pay(latest_ns), ExtendStorage::NOT_LATER);
}

// Payment is taken for every receipt that lives, whatever stands on it.
TEST(ExtendStorage, whatever_stands_on_the_receipt) {
  ReceiptsDesk desk;
  const std::uint64_t farmer = desk.new_party(), bank = desk.new_party();
  std::vector<std::uint64_t> receipts;
  for (int i = 0; i < 5; ++i) receipts.push_back(desk.new_receipt(farmer));
  desk.change(receipts[0], [=](auto& row) {
    row.set_encumbered(true);
    row.mutable_restricted()->mutable_pledge()->set_pledgee(bank);
    row.mutable_restricted()->mutable_pledge()->set_state(v1::ACCEPTED);
  });
  desk.change(receipts[1], [](auto& row) { row.set_blocked_by_act(1); });
  desk.change(receipts[2], [](auto& row) { row.set_reserved(true); });
  desk.ok(farmer, verbs::OrderRedemption{.receipt = receipts[3], .receiver = farmer});
  desk.ok(farmer, verbs::TokeniseReceipt{.receipt = receipts[4], .pool = desk.new_pool()});
  desk.pass(kDayNs);
  for (const std::uint64_t receipt : receipts) {
    v1::Receipt before = desk.row(receipt);
    const std::int64_t until_ns = before.paid_until_ns() + kDayNs;
    desk.ok(desk.elevator_operator(), verbs::ExtendStorage{receipt, until_ns});
    before.set_paid_until_ns(until_ns);
    EXPECT_EQ(desk.row(receipt).SerializeAsString(), before.SerializeAsString());
  }
}

// Whatever dates come in whatever order: the receipt's date never moves back, is never further
// ahead than may be, and is just the last one accepted.
TEST(ExtendStorage, property_a_date_only_moves_on) {
  ReceiptsDesk desk;
  std::mt19937_64 random(720);
  const std::uint64_t receipt = desk.new_receipt(desk.new_party());
  std::int64_t paid_until_ns = desk.now_ns();
  desk.change(receipt, [=](auto& row) { row.set_paid_until_ns(paid_until_ns); });
  for (int i = 0; i < 300; ++i) {
    desk.pass(static_cast<std::int64_t>(random() % 20) * kDayNs);
    const std::int64_t until_ns =
        desk.now_ns() + (static_cast<std::int64_t>(random() % 4'000) - 200) * kDayNs;
    const bool fits = until_ns > paid_until_ns && until_ns > desk.now_ns() &&
                      until_ns <= desk.now_ns() + 3'650 * kDayNs;
    const verbs::ExtendStorage verb{receipt, until_ns};
    EXPECT_EQ(desk.accepts(desk.elevator_operator(), verb), fits);
    if (fits) paid_until_ns = until_ns;
    EXPECT_EQ(desk.row(receipt).paid_until_ns(), paid_until_ns);
  }
}

// A way to the operator of a receipt that fits, and a date to come.
template <typename Fits>
auto extend(Fits fits) {
  return [fits](sim::World& world, auto& draft) {
    const auto* entry = world.receipts.pick(world.dice, [&](const auto& row) {
      return fits(row) && !world.is_frozen(sim::operator_of(world, row.elevator()));
    });
    if (entry == nullptr) return false;
    const v1::Receipt& row = entry->second;
    draft.party = sim::operator_of(world, row.elevator());
    draft.verb.receipt = entry->first.first;
    draft.verb.paid_until_ns =
        sim::some_paid_until_ns(world, std::max(row.paid_until_ns(), world.time_ns()));
    return true;
  };
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::ExtendStorage>(extend([](const auto& row) { return !sim::has_ended(row); }))
        .refuses(ExtendStorage::NO_SUCH_RECEIPT, sim::kNoReceipt)
        .refuses(ExtendStorage::NOT_OPERATOR, sim::kSomebodyElse)
        .refuses_instead(ExtendStorage::ENDED, extend(sim::has_ended))
        .refuses(ExtendStorage::NOT_LATER,
                 [](sim::World& world, auto& draft) {
                   draft.verb.paid_until_ns =
                       world.receipts.find(draft.verb.receipt)->paid_until_ns();
                 })
        .refuses(ExtendStorage::TOO_FAR, [](sim::World& world, auto& draft) {
          draft.verb.paid_until_ns = world.time_ns() + 4'000 * kDayNs;
        });

}  // namespace
}  // namespace astyq::receipts
