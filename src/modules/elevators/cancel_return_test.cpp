// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "elevators/handlers.gen.h"
#include "elevators/state.gen.h"
#include "modules/elevators/elevators.h"
#include "sim/return_ways.h"
#include "support/elevators_story.h"

namespace astyq::elevators {
namespace {

using test::Chain;
using test::ElevatorStory;
using v1::CancelReturn;

// Half of the grain is gone already; the other half stays with the elevator after all.
TEST(CancelReturn, story) {
  Chain chain;
  ElevatorStory story(chain);
  const auto& farmer = story.farmer();
  const std::uint64_t batch = story.deliver(farmer, {.kg = 40'000}).batch;
  const std::uint64_t id = chain.ok(farmer, verbs::OrderReturn{batch, 40'000, farmer.party});
  const verbs::RecordReturnOutbound truck{id, story.bin(), 15'000};
  chain.ok(story.elevator_operator(), truck);
  chain.ok(farmer, verbs::CancelReturn{id});
  EXPECT_FALSE(chain.get(kReturns(id)).has_value());
  const auto row = chain.get(kBatches(batch));
  EXPECT_EQ(row->returning_kg(), 0u);
  EXPECT_EQ(row->withdrawn_kg(), 15'000u);
  EXPECT_EQ(unreceipted_kg(*row), 25'000u);
  chain.refuse(story.elevator_operator(), truck, v1::RecordReturnOutbound::NO_SUCH_RETURN);
}

// To leave the grain where it is needs neither licence nor permission to ship.
TEST(CancelReturn, story_under_a_ban) {
  Chain chain;
  ElevatorStory story(chain);
  const auto& farmer = story.farmer();
  const std::uint64_t batch = story.deliver(farmer, {.kg = 40'000}).batch;
  const std::uint64_t id = chain.ok(farmer, verbs::OrderReturn{batch, 40'000, farmer.party});
  story.set_regime(v1::SHIPMENT_BAN);
  story.suspend_licence(story.operator_licence(), story.elevator_operator());
  chain.ok(farmer, verbs::CancelReturn{id});
}

TEST(CancelReturn, refusals_in_order) {
  Chain chain;
  ElevatorStory story(chain);
  const auto& farmer = story.farmer();
  const std::uint64_t batch = story.deliver(farmer, {.kg = 40'000}).batch;
  chain.refuse(farmer, verbs::CancelReturn{}, CancelReturn::NO_SUCH_RETURN);
  const verbs::CancelReturn verb{
      chain.ok(farmer, verbs::OrderReturn{batch, 40'000, story.elevator_operator().party})};
  // Neither the receiver nor the operator may, and here one is both.
  chain.refuse(story.elevator_operator(), verb, CancelReturn::NOT_DEPOSITOR);
  chain.ok(farmer, verb);
  chain.refuse(farmer, verb, CancelReturn::NO_SUCH_RETURN);
  const std::uint64_t done = chain.ok(farmer, verbs::OrderReturn{batch, 5'000, farmer.party});
  chain.ok(story.elevator_operator(), verbs::RecordReturnOutbound{done, story.bin(), 5'000});
  chain.refuse(farmer, verbs::CancelReturn{done}, CancelReturn::NO_SUCH_RETURN);
}

// However often grain is ordered back and the order cancelled, its batch is what it was.
TEST(CancelReturn, property_leaves_no_trace) {
  Chain chain;
  ElevatorStory story(chain);
  const auto& farmer = story.farmer();
  const std::uint64_t batch = story.deliver(farmer, {.kg = 40'000}).batch;
  const std::string before = chain.get(kBatches(batch))->SerializeAsString();
  std::mt19937_64 random(614);
  for (int i = 0; i < 20; ++i) {
    const verbs::OrderReturn order{batch, 1 + random() % 40'000, farmer.party};
    const std::uint64_t id = chain.ok(farmer, order);
    EXPECT_NE(chain.get(kBatches(batch))->SerializeAsString(), before);
    chain.ok(farmer, verbs::CancelReturn{id});
    EXPECT_EQ(chain.get(kBatches(batch))->SerializeAsString(), before);
    EXPECT_FALSE(chain.get(kReturns(id)).has_value());
  }
}

// What the random run does with the verb: most returns are carried out.
const auto kPage =
    sim::Page<verbs::CancelReturn>([](sim::World& world, auto& draft) {
      const auto* entry = world.returns.pick(world.dice, [&](const v1::GrainReturn& row) {
        return !world.is_frozen(sim::batch_of(world, row).restricted().depositor());
      });
      if (entry == nullptr || !world.dice.percent(40)) return false;
      draft.party = sim::batch_of(world, entry->second).restricted().depositor();
      draft.verb.grain_return = entry->first.first;
      return true;
    })
        .refuses(CancelReturn::NO_SUCH_RETURN, sim::kNoReturn)
        .refuses(CancelReturn::NOT_DEPOSITOR, sim::kSomebodyElse);

}  // namespace
}  // namespace astyq::elevators
