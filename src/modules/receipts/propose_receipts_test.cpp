// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "elevators/handlers.gen.h"
#include "modules/elevators/elevators.h"
#include "modules/receipts/not_free_test.h"
#include "receipts/handlers.gen.h"
#include "receipts/state.gen.h"
#include "sim/elevator_ways.h"
#include "sim/receipt_ways.h"
#include "support/receipts_story.h"

namespace astyq::receipts {
namespace {

using test::Chain;
using v1::ProposeReceipts;

elevators::v1::Batch batch_of(const Chain& chain, std::uint64_t batch) {
  return chain.read([=](const View& view) { return *elevators::find_batch(view, batch); });
}

TEST(ProposeReceipts, story) {
  Chain chain;
  test::ReceiptStory story(chain);
  const std::uint64_t batch = story.grain().deliver(story.farmer(), {.kg = 30'000}).batch;
  const auto verb = story.proposal(batch, {10'000, 15'000});
  const std::uint64_t id = chain.ok(story.elevator_operator(), verb);

  const auto row = chain.get(kReceiptProposals(id));
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->elevator(), story.grain().elevator());
  EXPECT_EQ(row->batch(), batch);
  EXPECT_EQ(std::vector<std::uint64_t>(row->receipts_kg().begin(), row->receipts_kg().end()),
            verb.receipts_kg);
  EXPECT_EQ(row->paid_until_ns(), verb.paid_until_ns);
  EXPECT_EQ(row->state(), v1::PROPOSED);
  EXPECT_EQ(row->expires_at_running_ns(), chain.now_ns() + 3 * kDayNs);
  EXPECT_EQ(batch_of(chain, batch).proposed_kg(), 25'000u);
  EXPECT_EQ(elevators::unreceipted_kg(batch_of(chain, batch)), 5'000u);
}

TEST(ProposeReceipts, what_nobody_signs_lapses_and_lets_go) {
  Chain chain;
  test::ReceiptStory story(chain);
  const std::uint64_t id = story.proposed(story.farmer(), {25'000});
  const std::uint64_t batch = chain.get(kReceiptProposals(id))->batch();
  chain.wait_days(2);
  EXPECT_TRUE(chain.get(kReceiptProposals(id)).has_value());
  chain.wait_days(1);
  EXPECT_FALSE(chain.get(kReceiptProposals(id)).has_value());
  EXPECT_EQ(batch_of(chain, batch).proposed_kg(), 0u);
  chain.ok(story.elevator_operator(), story.proposal(batch, {25'000}));
}

// Grain that its depositor wants back is no longer there to be receipted, until the return is
// cancelled.
TEST(ProposeReceipts, what_is_ordered_back_is_not_proposed) {
  Chain chain;
  test::ReceiptStory story(chain);
  const std::uint64_t batch = story.grain().deliver(story.farmer(), {.kg = 25'000}).batch;
  const verbs::OrderReturn order{batch, 10'000, story.farmer().party};
  const std::uint64_t id = chain.ok(story.farmer(), order);
  const auto all = story.proposal(batch, {15'001});
  chain.refuse(story.elevator_operator(), all, ProposeReceipts::NOT_ENOUGH_CREDIT);
  chain.ok(story.farmer(), verbs::CancelReturn{id});
  chain.ok(story.elevator_operator(), all);
  chain.refuse(story.farmer(), order, elevators::v1::OrderReturn::MORE_THAN_UNRECEIPTED);
}

TEST(ProposeReceipts, refusals_in_order) {
  Chain chain;
  test::ReceiptStory story(chain);
  const auto& boss = story.elevator_operator();
  const std::uint64_t batch = story.grain().deliver(story.farmer(), {.kg = 25'000}).batch;
  const auto with = [&](std::vector<std::uint64_t> receipts_kg) {
    return story.proposal(batch, std::move(receipts_kg));
  };
  chain.refuse(boss, with({}), ProposeReceipts::NO_RECEIPTS);
  chain.refuse(boss, with(std::vector<std::uint64_t>(101, 0)), ProposeReceipts::TOO_MANY_RECEIPTS);
  chain.refuse(boss, with({25'000, 0}), ProposeReceipts::WRONG_WEIGHT);
  chain.refuse(boss, with({1ull << 63}), ProposeReceipts::WRONG_WEIGHT);
  chain.refuse(boss, with({(1ull << 63) - 1, 1}), ProposeReceipts::WRONG_WEIGHT);
  chain.refuse(boss, with({UINT64_MAX, 2}), ProposeReceipts::WRONG_WEIGHT);

  auto verb = with({25'001});
  verb.paid_until_ns = chain.now_ns();
  verb.batch = batch + 1;
  chain.refuse(boss, verb, ProposeReceipts::NO_SUCH_BATCH);
  verb.batch = batch;
  chain.refuse(story.farmer(), verb, ProposeReceipts::NOT_OPERATOR);
  story.grain().set_regime(elevators::v1::SHIPMENT_BAN);
  chain.refuse(boss, verb, ProposeReceipts::PAID_UNTIL_PAST);
  verb.paid_until_ns = chain.now_ns() + 3'651 * kDayNs;
  chain.refuse(boss, verb, ProposeReceipts::PAID_UNTIL_TOO_FAR);
  verb = with({25'001});
  chain.refuse(boss, verb, ProposeReceipts::ELEVATOR_CLOSED);
  story.grain().set_regime(elevators::v1::NORMAL);
  chain.ok(chain.registrar(), verbs::ChangeCapacity{story.grain().elevator(), 24'999});
  chain.refuse(boss, verb, ProposeReceipts::NOT_ENOUGH_CREDIT);
  chain.refuse(boss, with({25'000}), ProposeReceipts::OVER_CAPACITY);
  chain.ok(boss, with({24'999}));
  chain.refuse(boss, with({2}), ProposeReceipts::NOT_ENOUGH_CREDIT);

  story.grain().suspend_licence(story.grain().operator_licence(), boss);
  chain.refuse(boss, with({1}), ProposeReceipts::ELEVATOR_CLOSED);
}

// Whatever is proposed and withdrawn: a batch holds what its open proposals name, and never more
// than it has.
TEST(ProposeReceipts, property_holds_are_open_proposals) {
  Chain chain;
  test::ReceiptStory story(chain);
  const std::uint64_t batch = story.grain().deliver(story.farmer(), {.kg = 1'000}).batch;
  std::mt19937_64 random(701);
  std::map<std::uint64_t, std::uint64_t> open;
  std::uint64_t held = 0;
  for (int i = 0; i < 150; ++i) {
    const std::uint64_t kg = 1 + random() % 400;
    if (random() % 3 == 0 && !open.empty()) {
      const auto [id, weight] = *open.begin();
      chain.ok(story.elevator_operator(), verbs::WithdrawProposal{id});
      held -= weight;
      open.erase(id);
    } else if (held + kg + 1 <= 1'000) {
      open[chain.ok(story.elevator_operator(), story.proposal(batch, {kg, 1}))] = kg + 1;
      held += kg + 1;
    } else {
      chain.refuse(story.elevator_operator(), story.proposal(batch, {kg, 1}),
                   ProposeReceipts::NOT_ENOUGH_CREDIT);
    }
    ASSERT_EQ(batch_of(chain, batch).proposed_kg(), held);
  }
}

// Some dates are so near that storage is soon unpaid.
std::int64_t paid_until(sim::World& world) {
  if (world.dice.percent(15)) return world.time_ns() + kDayNs / 2;
  return sim::some_paid_until_ns(world, 0);
}

template <typename Fits>
bool some_batch(sim::World& world, sim::Draft<verbs::ProposeReceipts>& draft, Fits fits) {
  const auto* batch = world.batches.pick(world.dice, [&](const auto& row) {
    return sim::unreceipted_kg(row) > 0 &&
           !world.is_frozen(sim::operator_of(world, row.elevator())) && fits(row);
  });
  if (batch == nullptr) return false;
  draft.party = sim::operator_of(world, batch->second.elevator());
  draft.verb.batch = batch->first.first;
  draft.verb.paid_until_ns = paid_until(world);
  const std::uint64_t all = sim::unreceipted_kg(batch->second);
  if (all > 10 && world.dice.percent(60))
    draft.verb.receipts_kg = {all / 4, all / 3};
  else
    draft.verb.receipts_kg = {all};
  return true;
}

bool fits_capacity(sim::World& world, const elevators::v1::Batch& row) {
  return sim::unreceipted_kg(row) <= sim::free_capacity_kg(world, row.elevator());
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::ProposeReceipts>([](sim::World& world, auto& draft) {
      return some_batch(world, draft, [&](const auto& row) {
        return sim::is_open(world, row.elevator()) && fits_capacity(world, row);
      });
    })
        .in_demand(2)
        .refuses(ProposeReceipts::NO_RECEIPTS,
                 [](sim::World&, auto& draft) { draft.verb.receipts_kg.clear(); })
        .refuses(ProposeReceipts::TOO_MANY_RECEIPTS,
                 [](sim::World& world, auto& draft) {
                   draft.verb.receipts_kg.assign(world.rules().max_parts() + 1, 1);
                 })
        .refuses(
            ProposeReceipts::WRONG_WEIGHT,
            [](sim::World& world, auto& draft) {
              draft.verb.receipts_kg.push_back(world.dice.percent(50) ? 0 : sim::kTooLarge - 1);
            })
        .refuses(ProposeReceipts::NO_SUCH_BATCH,
                 [](sim::World&, auto& draft) { draft.verb.batch = sim::kNobody; })
        .refuses(ProposeReceipts::NOT_OPERATOR, sim::kSomebodyElse)
        .refuses(
            ProposeReceipts::PAID_UNTIL_PAST,
            [](sim::World& world, auto& draft) { draft.verb.paid_until_ns = world.time_ns() - 1; })
        .refuses(ProposeReceipts::PAID_UNTIL_TOO_FAR,
                 [](sim::World& world, auto& draft) {
                   draft.verb.paid_until_ns = world.time_ns() + 4'000 * kDayNs;
                 })
        .refuses_instead(ProposeReceipts::ELEVATOR_CLOSED,
                         [](sim::World& world, auto& draft) {
                           return some_batch(world, draft, [&](const auto& row) {
                             return !sim::is_open(world, row.elevator());
                           });
                         })
        .refuses(ProposeReceipts::NOT_ENOUGH_CREDIT,
                 [](sim::World& world, auto& draft) {
                   draft.verb.receipts_kg = {
                       sim::unreceipted_kg(*world.batches.find(draft.verb.batch)) + 1};
                 })
        .refuses_instead(ProposeReceipts::OVER_CAPACITY, [](sim::World& world, auto& draft) {
          if (!some_batch(world, draft, [&](const auto& row) {
                return sim::is_open(world, row.elevator()) && !fits_capacity(world, row);
              }))
            return false;
          draft.verb.receipts_kg = {sim::unreceipted_kg(*world.batches.find(draft.verb.batch))};
          return true;
        });

}  // namespace
}  // namespace astyq::receipts
