// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "elevators/handlers.gen.h"
#include "elevators/state.gen.h"
#include "modules/elevators/elevators.h"
#include "sim/elevator_ways.h"
#include "support/elevators_story.h"

namespace astyq::elevators {
namespace {

using test::Chain;
using test::ElevatorStory;
using Verb = verbs::OrderReturn;
using v1::OrderReturn;

// No receipt can be issued any more, and yet the farmer's grain goes home.
TEST(OrderReturn, story) {
  Chain chain;
  ElevatorStory story(chain);
  const auto miller = chain.company("Miller");
  const std::uint64_t batch = story.deliver(story.farmer(), {.kg = 40'000}).batch;
  story.suspend_licence(story.operator_licence(), story.elevator_operator());
  const std::uint64_t id = chain.ok(story.farmer(), Verb{batch, 30'000, miller.party});
  const auto row = chain.get(kReturns(id));
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->batch(), batch);
  EXPECT_EQ(row->kg(), 30'000u);
  EXPECT_EQ(row->released_kg(), 0u);
  EXPECT_EQ(row->restricted().receiver(), miller.party);
  EXPECT_EQ(chain.get(kBatches(batch))->returning_kg(), 30'000u);
  EXPECT_EQ(chain.get(kBatches(batch))->withdrawn_kg(), 0u);
  EXPECT_EQ(unreceipted_kg(*chain.get(kBatches(batch))), 10'000u);
  EXPECT_EQ(chain.get(kBins(story.bin()))->balance_kg(), 40'000u);

  const verbs::RecordReturnOutbound truck{id, story.bin(), 30'000};
  chain.ok(story.elevator_operator(), truck);
  EXPECT_EQ(chain.get(kBatches(batch))->withdrawn_kg(), 30'000u);
}

TEST(OrderReturn, refusals_in_order) {
  Chain chain;
  ElevatorStory story(chain);
  const auto& owner = story.elevator_operator();
  const auto& farmer = story.farmer();
  chain.refuse(owner, Verb{}, OrderReturn::NO_WEIGHT);
  chain.refuse(owner, Verb{.kg = std::uint64_t{Kg::kMax} + 1}, OrderReturn::NO_WEIGHT);
  Verb verb{.kg = 40'001};
  chain.refuse(owner, verb, OrderReturn::NO_RECEIVER);
  verb.receiver = 999;
  chain.refuse(owner, verb, base::v1::NAMED_PARTY_MISSING);
  verb.receiver = farmer.party;
  chain.refuse(owner, verb, OrderReturn::NO_SUCH_BATCH);
  verb.batch = story.deliver(farmer, {.kg = 40'000}).batch;
  story.set_regime(v1::SHIPMENT_BAN);
  chain.refuse(owner, verb, OrderReturn::NOT_DEPOSITOR);
  chain.refuse(farmer, verb, OrderReturn::SHIPMENT_BAN);
  story.set_regime(v1::NORMAL);
  chain.refuse(farmer, verb, OrderReturn::MORE_THAN_UNRECEIPTED);
  verb.kg = 39'999;
  chain.ok(farmer, verb);
  verb.kg = 2;
  chain.refuse(farmer, verb, OrderReturn::MORE_THAN_UNRECEIPTED);
  verb.kg = 1;
  chain.ok(farmer, verb);
}

// Orders, cancellations and trucks at random: a batch holds what its returns still let leave, and
// all that it was credited is accounted for.
TEST(OrderReturn, property_holds_are_what_has_not_left) {
  Chain chain;
  ElevatorStory story(chain);
  // Damp grain: the bin holds more than the credit, and only the credit may leave.
  const std::uint64_t batch =
      story.deliver(story.farmer(), {.kg = 100'000, .moisture_bps = 1'800}).batch;
  const std::uint64_t credited_kg = chain.get(kBatches(batch))->credited_kg();
  ASSERT_LT(credited_kg, 100'000u);
  std::mt19937_64 random(613);
  std::map<std::uint64_t, std::uint64_t> open;
  std::uint64_t held_kg = 0;
  std::uint64_t left_kg = 0;
  for (int i = 0; i < 120; ++i) {
    const std::uint64_t kg = 1 + random() % 20'000;
    if (open.empty() || random() % 3 == 0) {
      const Verb verb{batch, kg, story.farmer().party};
      const auto result = chain.apply(story.farmer(), verb.operation());
      ASSERT_EQ(!result.refusal.refused(), kg <= credited_kg - held_kg - left_kg);
      if (!result.refusal.refused()) held_kg += open[result.first_id] = kg;
    } else if (auto& [id, rest_kg] = *open.begin(); random() % 4 == 0) {
      chain.ok(story.farmer(), verbs::CancelReturn{id});
      held_kg -= rest_kg;
      open.erase(open.begin());
    } else {
      const std::uint64_t truck_kg = std::min(kg, rest_kg);
      chain.ok(story.elevator_operator(), verbs::RecordReturnOutbound{id, story.bin(), truck_kg});
      held_kg -= truck_kg;
      left_kg += truck_kg;
      rest_kg -= truck_kg;
      if (rest_kg == 0) open.erase(open.begin());
    }
    const auto row = chain.get(kBatches(batch));
    ASSERT_EQ(row->returning_kg(), held_kg);
    ASSERT_EQ(row->withdrawn_kg(), left_kg);
    ASSERT_EQ(unreceipted_kg(*row), credited_kg - held_kg - left_kg);
    ASSERT_EQ(chain.get(kBins(story.bin()))->balance_kg(), 100'000 - left_kg);
  }
}

// Some of a batch's unreceipted grain; the draft is its depositor's.
bool some_grain(sim::World& world, sim::Draft<verbs::OrderReturn>& draft, bool banned) {
  const auto* batch = world.batches.pick(world.dice, [&](const v1::Batch& row) {
    return sim::unreceipted_kg(row) > 0 && !world.is_frozen(row.restricted().depositor()) &&
           (world.elevators.find(row.elevator())->regime() == v1::SHIPMENT_BAN) == banned;
  });
  if (batch == nullptr) return false;
  draft.party = batch->second.restricted().depositor();
  draft.verb = {
      batch->first.first,
      world.dice.between(1, std::min<std::uint64_t>(sim::unreceipted_kg(batch->second), 5'000)),
      world.trader()};
  return true;
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::OrderReturn>(
        [](sim::World& world, auto& draft) { return some_grain(world, draft, false); })
        .refuses(OrderReturn::NO_WEIGHT, [](sim::World&, auto& draft) { draft.verb.kg = 0; })
        .refuses(OrderReturn::NO_RECEIVER,
                 [](sim::World&, auto& draft) { draft.verb.receiver = 0; })
        .refuses(OrderReturn::NO_SUCH_BATCH,
                 [](sim::World&, auto& draft) { draft.verb.batch = sim::kNobody; })
        .refuses(OrderReturn::NOT_DEPOSITOR, sim::kSomebodyElse)
        .refuses_instead(
            OrderReturn::SHIPMENT_BAN,
            [](sim::World& world, auto& draft) { return some_grain(world, draft, true); })
        .refuses(OrderReturn::MORE_THAN_UNRECEIPTED,
                 [](sim::World&, auto& draft) { draft.verb.kg = sim::kTooLarge - 1; });

}  // namespace
}  // namespace astyq::elevators
