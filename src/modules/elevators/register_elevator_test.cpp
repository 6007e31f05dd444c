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
using v1::RegisterElevator;

verbs::RegisterElevator granary(const test::Actor& company) {
  return {.operator_party = company.party,
          .name = "Second",
          .place = "Rudny",
          .technical_capacity_kg = 50'000'000};
}

TEST(RegisterElevator, story) {
  Chain chain;
  ElevatorStory story(chain);
  const auto verb = granary(story.elevator_operator());
  const std::uint64_t id = chain.ok(chain.registrar(), verb);
  EXPECT_EQ(id, story.elevator() + 1);
  const auto row = chain.get(kElevators(id));
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->operator_(), story.elevator_operator().party);
  EXPECT_EQ(row->name(), "Second");
  EXPECT_EQ(row->place(), "Rudny");
  EXPECT_EQ(row->technical_capacity_kg(), 50'000'000u);
  EXPECT_EQ(row->regime(), v1::NORMAL);
  EXPECT_EQ(row->stock_kg() + row->live_receipts_kg() + row->credited_kg() + row->bins(), 0u);
}

TEST(RegisterElevator, refusals_in_order) {
  Chain chain;
  ElevatorStory story(chain);
  const auto& registrar = chain.registrar();
  verbs::RegisterElevator verb;
  chain.refuse(story.elevator_operator(), verb, base::v1::NO_PERMISSION);
  chain.refuse(registrar, verb, RegisterElevator::NO_OPERATOR);
  verb.operator_party = story.farmer().party;
  chain.refuse(registrar, verb, RegisterElevator::NO_NAME);
  verb.name = "Farm store";
  chain.refuse(registrar, verb, RegisterElevator::NO_PLACE);
  verb.place = "Rudny";
  chain.refuse(registrar, verb, RegisterElevator::WRONG_CAPACITY);
  verb.technical_capacity_kg = std::uint64_t{Kg::kMax} + 1;
  chain.refuse(registrar, verb, RegisterElevator::WRONG_CAPACITY);
  verb.technical_capacity_kg = 1'000;
  chain.refuse(registrar, verb, RegisterElevator::NOT_LICENSED);
  verb.operator_party = story.laboratory().party;
  chain.refuse(registrar, verb, RegisterElevator::NOT_LICENSED);
  story.suspend_licence(story.operator_licence(), story.elevator_operator());
  verb.operator_party = story.elevator_operator().party;
  chain.refuse(registrar, verb, RegisterElevator::NOT_LICENSED);
}

TEST(RegisterElevator, property_capacity_is_kept_to_the_kilogram) {
  Chain chain;
  ElevatorStory story(chain);
  std::mt19937_64 random(1);
  for (int i = 0; i < 50; ++i) {
    auto verb = granary(story.elevator_operator());
    verb.technical_capacity_kg = random() >> (random() % 64);
    const bool fits =
        verb.technical_capacity_kg > 0 && Kg::of(verb.technical_capacity_kg).has_value();
    if (!fits) {
      chain.refuse(chain.registrar(), verb, RegisterElevator::WRONG_CAPACITY);
      continue;
    }
    const std::uint64_t id = chain.ok(chain.registrar(), verb);
    EXPECT_EQ(chain.get(kElevators(id))->technical_capacity_kg(), verb.technical_capacity_kg);
  }
}

bool some_granary(sim::World& world, sim::Draft<verbs::RegisterElevator>& draft, bool licensed) {
  draft.party = world.granted("elevators.register");
  draft.verb = {world.dice.pick(world.operators), "Granary", "Rudny", sim::some_capacity_kg(world)};
  return world.is_licensed(draft.verb.operator_party, licences::v1::ELEVATOR) == licensed;
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::RegisterElevator>(
        [](sim::World& world, auto& draft) { return some_granary(world, draft, true); })
        .refuses(RegisterElevator::NO_OPERATOR,
                 [](sim::World&, auto& draft) { draft.verb.operator_party = 0; })
        .refuses(RegisterElevator::NO_NAME,
                 [](sim::World&, auto& draft) { draft.verb.name.clear(); })
        .refuses(RegisterElevator::NO_PLACE,
                 [](sim::World&, auto& draft) { draft.verb.place.clear(); })
        .refuses(RegisterElevator::WRONG_CAPACITY,
                 [](sim::World& world, auto& draft) {
                   draft.verb.technical_capacity_kg = world.dice.percent(50) ? 0 : sim::kTooLarge;
                 })
        .refuses(RegisterElevator::NOT_LICENSED, [](sim::World& world, auto& draft) {
          draft.verb.operator_party = world.traders.back();
        });

}  // namespace
}  // namespace astyq::elevators
