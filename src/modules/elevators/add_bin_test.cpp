// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "base/amount.h"
#include "elevators/handlers.gen.h"
#include "elevators/state.gen.h"
#include "sim/elevator_ways.h"
#include "support/elevators_story.h"

namespace astyq::elevators {
namespace {

using test::Chain;
using test::ElevatorStory;
using v1::AddBin;

TEST(AddBin, story) {
  Chain chain;
  ElevatorStory story(chain);
  const verbs::AddBin verb{story.elevator(), "Silo 2", 3'000'000};
  const std::uint64_t id = chain.ok(story.elevator_operator(), verb);
  EXPECT_EQ(id, story.bin() + 1);
  const auto row = chain.get(kBins(id));
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->elevator(), story.elevator());
  EXPECT_EQ(row->name(), "Silo 2");
  EXPECT_EQ(row->capacity_kg(), 3'000'000u);
  EXPECT_EQ(row->crop(), v1::CROP_UNSPECIFIED);
  EXPECT_EQ(row->balance_kg(), 0u);
  EXPECT_EQ(chain.get(kElevators(story.elevator()))->bins(), 2u);
}

TEST(AddBin, refusals_in_order) {
  Chain chain;
  ElevatorStory story(chain);
  const auto& owner = story.elevator_operator();
  verbs::AddBin verb;
  chain.refuse(owner, verb, AddBin::NO_NAME);
  verb.name = "Silo";
  chain.refuse(owner, verb, AddBin::WRONG_CAPACITY);
  verb.capacity_kg = std::uint64_t{Kg::kMax} + 1;
  chain.refuse(owner, verb, AddBin::WRONG_CAPACITY);
  verb.capacity_kg = 1'000;
  chain.refuse(story.farmer(), verb, AddBin::NO_SUCH_ELEVATOR);
  verb.elevator = story.elevator();
  chain.refuse(story.farmer(), verb, AddBin::NOT_OPERATOR);
  chain.refuse(chain.registrar(), verb, AddBin::NOT_OPERATOR);

  const std::uint32_t room = chain.engine().rules().max_bins_per_elevator() - 1;
  const std::vector<base::v1::Operation> operations(room, verb.operation());
  for (const auto& result : chain.apply_batch(owner, operations).operations)
    ASSERT_FALSE(result.refusal.refused());
  chain.refuse(owner, verb, AddBin::TOO_MANY_BINS);
}

TEST(AddBin, property_the_elevator_counts_its_bins) {
  Chain chain;
  ElevatorStory story(chain);
  const test::Actor actors[] = {story.elevator_operator(), story.farmer(), chain.registrar()};
  std::mt19937_64 random(1);
  std::uint32_t bins = 1;
  for (int i = 0; i < 40; ++i) {
    const auto& actor = actors[random() % 3];
    const verbs::AddBin verb{story.elevator(), "Silo", 1 + random() % 1'000'000};
    const auto result = chain.apply(actor, verb.operation());
    EXPECT_EQ(!result.refusal.refused(), actor.party == story.elevator_operator().party);
    if (!result.refusal.refused()) ++bins;
    EXPECT_EQ(chain.get(kElevators(story.elevator()))->bins(), bins);
  }
}

// One more bin, where the number of those that stand fits.
template <typename Fits>
bool bin_in_elevator(sim::World& world, sim::Draft<verbs::AddBin>& draft, Fits fits) {
  const bool where_trade_is = world.dice.percent(50);
  const auto* elevator = world.elevators.pick_entry(world.dice, [&](const auto& entry) {
    return !world.is_frozen(entry.second.operator_()) && fits(entry.second.bins()) &&
           (!where_trade_is || entry.first.first <= sim::kGranariesOfTrade);
  });
  if (elevator == nullptr) return false;
  draft = {elevator->second.operator_(),
           {elevator->first.first, "Silo", world.dice.between(30'000, 5'000'000)}};
  return true;
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::AddBin>([](sim::World& world, auto& draft) {
      return bin_in_elevator(world, draft, [&](std::uint32_t bins) {
        return bins < world.rules().max_bins_per_elevator();
      });
    })
        .refuses(AddBin::NO_NAME, [](sim::World&, auto& draft) { draft.verb.name.clear(); })
        .refuses(AddBin::WRONG_CAPACITY,
                 [](sim::World&, auto& draft) { draft.verb.capacity_kg = 0; })
        .refuses(AddBin::NO_SUCH_ELEVATOR, sim::kNoElevator)
        .refuses(AddBin::NOT_OPERATOR, sim::kSomebodyElse)
        .refuses_instead(AddBin::TOO_MANY_BINS, [](sim::World& world, auto& draft) {
          return bin_in_elevator(world, draft, [&](std::uint32_t bins) {
            return bins >= world.rules().max_bins_per_elevator();
          });
        });

}  // namespace
}  // namespace astyq::elevators
