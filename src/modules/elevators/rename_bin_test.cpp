// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "elevators/handlers.gen.h"
#include "elevators/state.gen.h"
#include "sim/elevator_ways.h"
#include "support/elevators_story.h"

namespace astyq::elevators {
namespace {

using test::Chain;
using test::ElevatorStory;
using v1::RenameBin;

TEST(RenameBin, story) {
  Chain chain;
  ElevatorStory story(chain);
  const v1::Bin before = *chain.get(kBins(story.bin()));
  chain.ok(story.elevator_operator(), verbs::RenameBin{story.bin(), "Silo 7"});
  v1::Bin after = *chain.get(kBins(story.bin()));
  EXPECT_EQ(after.name(), "Silo 7");
  after.set_name(before.name());
  EXPECT_EQ(after.SerializeAsString(), before.SerializeAsString());
}

TEST(RenameBin, refusals_in_order) {
  Chain chain;
  ElevatorStory story(chain);
  verbs::RenameBin verb;
  chain.refuse(story.farmer(), verb, RenameBin::NO_NAME);
  verb.name = chain.get(kBins(story.bin()))->name();
  chain.refuse(story.farmer(), verb, RenameBin::NO_SUCH_BIN);
  verb.bin = story.bin();
  chain.refuse(story.farmer(), verb, RenameBin::NOT_OPERATOR);
  chain.refuse(story.elevator_operator(), verb, RenameBin::SAME_NAME);
}

TEST(RenameBin, property_the_bin_bears_the_last_accepted_name) {
  Chain chain;
  ElevatorStory story(chain);
  const test::Actor actors[] = {story.elevator_operator(), story.farmer(), chain.registrar()};
  std::mt19937_64 random(1);
  std::string name = chain.get(kBins(story.bin()))->name();
  for (int i = 0; i < 40; ++i) {
    const auto& actor = actors[random() % 3];
    const verbs::RenameBin verb{story.bin(), "Silo " + std::to_string(random() % 4)};
    const auto result = chain.apply(actor, verb.operation());
    const bool may = actor.party == story.elevator_operator().party && verb.name != name;
    EXPECT_EQ(!result.refusal.refused(), may);
    if (may) name = verb.name;
    EXPECT_EQ(chain.get(kBins(story.bin()))->name(), name);
  }
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::RenameBin>([](sim::World& world, auto& draft) {
      const auto* bin = world.bins.pick_entry(world.dice, [&](const auto& entry) {
        return !world.is_frozen(sim::operator_of(world, entry.second.elevator()));
      });
      if (bin == nullptr) return false;
      draft.party = sim::operator_of(world, bin->second.elevator());
      draft.verb = {bin->first.first, "Silo " + std::to_string(world.dice.between(1, 1'000'000))};
      return true;
    })
        .refuses(RenameBin::NO_NAME, [](sim::World&, auto& draft) { draft.verb.name.clear(); })
        .refuses(RenameBin::NO_SUCH_BIN,
                 [](sim::World&, auto& draft) { draft.verb.bin = sim::kNobody; })
        .refuses(RenameBin::NOT_OPERATOR, sim::kSomebodyElse)
        .refuses(RenameBin::SAME_NAME, [](sim::World& world, auto& draft) {
          draft.verb.name = world.bins.find(draft.verb.bin)->name();
        });

}  // namespace
}  // namespace astyq::elevators
