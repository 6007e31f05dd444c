// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "elevators/handlers.gen.h"
#include "elevators/state.gen.h"
#include "modules/elevators/elevators.h"
#include "sim/elevator_ways.h"
#include "support/authority_story.h"
#include "support/elevators_story.h"
#include "support/scratch.h"

namespace astyq::elevators {
namespace {

using test::Chain;
using test::ElevatorStory;
using v1::SetRegime;

TEST(SetRegime, story) {
  Chain chain;
  ElevatorStory story(chain);
  const auto& owner = story.elevator_operator();
  const std::uint64_t act = test::act_about(chain, owner, {authority::v1::BAN_SHIPMENTS});
  chain.ok(chain.registrar(), verbs::SetRegime{story.elevator(), v1::SHIPMENT_BAN, act});
  EXPECT_EQ(chain.get(kElevators(story.elevator()))->regime(), v1::SHIPMENT_BAN);
  EXPECT_EQ(chain.get(kElevators(story.elevator()))->regime_act(), act);
  {
    test::Scratch scratch(chain);
    EXPECT_FALSE(may_release(scratch.view(), story.elevator()));
    EXPECT_FALSE(is_open_for_business(scratch.view(), story.elevator()));
  }
  const std::uint64_t lifting = test::act_about(chain, owner, {authority::v1::LIFT_SHIPMENT_BAN});
  chain.ok(chain.registrar(), verbs::SetRegime{story.elevator(), v1::NORMAL, lifting});
  EXPECT_EQ(chain.get(kElevators(story.elevator()))->regime_act(), lifting);
  test::Scratch scratch(chain);
  EXPECT_TRUE(may_release(scratch.view(), story.elevator()));
  EXPECT_TRUE(is_open_for_business(scratch.view(), story.elevator()));
}

// A ban for a term needs no document to lift it, but it does not fall by itself either.
TEST(SetRegime, an_act_whose_term_has_ended_lifts_its_own_ban) {
  Chain chain;
  ElevatorStory story(chain);
  auto for_a_day = test::act_verb(story.elevator_operator());
  for_a_day.scopes = {authority::v1::BAN_SHIPMENTS};
  for_a_day.expires_at_ns = chain.now_ns() + kDayNs;
  const std::uint64_t act = chain.ok(chain.registrar(), for_a_day);
  chain.ok(chain.registrar(), verbs::SetRegime{story.elevator(), v1::SHIPMENT_BAN, act});
  const verbs::SetRegime lift{story.elevator(), v1::NORMAL, act};
  chain.refuse(chain.registrar(), lift, SetRegime::ACT_DOES_NOT_COVER);
  chain.wait_days(1);
  EXPECT_EQ(chain.get(kElevators(story.elevator()))->regime(), v1::SHIPMENT_BAN);
  chain.ok(chain.registrar(), lift);
}

// A suspended licence stops new receipts and lets what is owed leave.
TEST(SetRegime, story_suspension_is_no_ban) {
  Chain chain;
  ElevatorStory story(chain);
  story.suspend_licence(story.operator_licence(), story.elevator_operator());
  test::Scratch scratch(chain);
  EXPECT_TRUE(may_release(scratch.view(), story.elevator()));
  EXPECT_FALSE(is_open_for_business(scratch.view(), story.elevator()));
}

TEST(SetRegime, refusals_in_order) {
  Chain chain;
  ElevatorStory story(chain);
  const auto& registrar = chain.registrar();
  verbs::SetRegime verb;
  chain.refuse(story.farmer(), verb, base::v1::NO_PERMISSION);
  chain.refuse(registrar, verb, SetRegime::NO_REGIME);
  verb.regime = v1::NORMAL;
  chain.refuse(registrar, verb, SetRegime::NO_SUCH_ELEVATOR);
  verb.elevator = story.elevator();
  chain.refuse(registrar, verb, SetRegime::SAME_REGIME);
  verb.regime = v1::SHIPMENT_BAN;
  chain.refuse(registrar, verb, SetRegime::ACT_DOES_NOT_COVER);
  verb.act = story.record_act(story.farmer());
  chain.refuse(registrar, verb, SetRegime::ACT_DOES_NOT_COVER);
  const auto& owner = story.elevator_operator();
  const std::uint64_t ban = test::act_about(chain, owner, {authority::v1::BAN_SHIPMENTS});
  const std::uint64_t lifting = test::act_about(chain, owner, {authority::v1::LIFT_SHIPMENT_BAN});
  verb.act = lifting;
  chain.refuse(registrar, verb, SetRegime::ACT_DOES_NOT_COVER);
  chain.ok(registrar, verbs::SetRegime{story.elevator(), v1::SHIPMENT_BAN, ban});
  verb.regime = v1::NORMAL;
  verb.act = ban;
  chain.refuse(registrar, verb, SetRegime::ACT_DOES_NOT_COVER);
}

TEST(SetRegime, property_the_last_accepted_regime_stands) {
  Chain chain;
  ElevatorStory story(chain);
  std::mt19937_64 random(1);
  const std::uint64_t acts[] = {0, story.record_act(story.farmer()),
                                story.record_act(story.elevator_operator()),
                                story.record_act(story.elevator_operator())};
  v1::Elevator expected = *chain.get(kElevators(story.elevator()));
  for (int i = 0; i < 60; ++i) {
    const auto regime = random() % 2 == 0 ? v1::NORMAL : v1::SHIPMENT_BAN;
    const std::size_t act = random() % 4;
    const verbs::SetRegime verb{story.elevator(), regime, acts[act]};
    const auto result = chain.apply(chain.registrar(), verb.operation());
    EXPECT_EQ(!result.refusal.refused(), regime != expected.regime() && act >= 2);
    if (!result.refusal.refused()) {
      expected.set_regime(regime);
      expected.set_regime_act(verb.act);
    }
    EXPECT_EQ(chain.get(kElevators(story.elevator()))->SerializeAsString(),
              expected.SerializeAsString());
  }
}

authority::v1::ActScope scope_of(v1::Regime regime) {
  return regime == v1::SHIPMENT_BAN ? authority::v1::BAN_SHIPMENTS
                                    : authority::v1::LIFT_SHIPMENT_BAN;
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::SetRegime>([](sim::World& world, auto& draft) {
      draft.party = world.granted("elevators.regime");
      // Bans are lifted where the trade is before others are set.
      for (std::uint64_t elevator = 1; elevator <= sim::kGranariesOfTrade; ++elevator)
        if (world.elevators.find(elevator)->regime() == v1::SHIPMENT_BAN && world.dice.percent(50))
          draft.verb.elevator = elevator;
      if (draft.verb.elevator == 0) draft.verb.elevator = sim::some_elevator(world);
      const auto& row = *world.elevators.find(draft.verb.elevator);
      draft.verb.regime = row.regime() == v1::NORMAL ? v1::SHIPMENT_BAN : v1::NORMAL;
      draft.verb.act = world.act_about(row.operator_(), scope_of(draft.verb.regime));
      return draft.verb.act != 0;
    })
        .refuses(SetRegime::NO_REGIME,
                 [](sim::World&, auto& draft) { draft.verb.regime = v1::REGIME_UNSPECIFIED; })
        .refuses(SetRegime::NO_SUCH_ELEVATOR, sim::kNoElevator)
        .refuses(SetRegime::SAME_REGIME,
                 [](sim::World& world, auto& draft) {
                   draft.verb.regime = world.elevators.find(draft.verb.elevator)->regime();
                 })
        .refuses(SetRegime::ACT_DOES_NOT_COVER, [](sim::World& world, auto& draft) {
          const auto& row = *world.elevators.find(draft.verb.elevator);
          draft.verb.act = world.act_beside(row.operator_(), scope_of(draft.verb.regime));
          return draft.verb.act != row.regime_act();
        });

}  // namespace
}  // namespace astyq::elevators
