// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "elevators/handlers.gen.h"
#include "elevators/state.gen.h"
#include "modules/elevators/elevators.h"
#include "sim/elevator_ways.h"
#include "support/elevators_story.h"
#include "support/scratch.h"

namespace astyq::elevators {
namespace {

using test::Chain;
using test::ElevatorStory;
using v1::ChangeCapacity;

TEST(ChangeCapacity, story) {
  Chain chain;
  ElevatorStory story(chain, 100'000);
  chain.ok(chain.registrar(), verbs::ChangeCapacity{story.elevator(), 60'000});
  const auto row = chain.get(kElevators(story.elevator()));
  EXPECT_EQ(row->technical_capacity_kg(), 60'000u);
  EXPECT_EQ(free_capacity_kg(*row), 60'000u);
}

// A capacity that falls below the live receipts stops new ones; those that live may be redeemed.
TEST(ChangeCapacity, story_below_what_is_live) {
  Chain chain;
  ElevatorStory story(chain, 100'000);
  const auto delivered = story.deliver(story.farmer(), {.kg = 50'000});
  test::Scratch scratch(chain);
  const auto hold = [&](View& view) { hold_for_proposal(view, delivered.batch, 50'000); };
  ASSERT_EQ(scratch.judge(hold), kAccepted);
  ASSERT_EQ(scratch.judge([&](View& view) { receipt_issued(view, delivered.batch, 40'000); }),
            kAccepted);

  const verbs::ChangeCapacity verb{story.elevator(), 30'000};
  ASSERT_EQ(scratch.apply(chain.registrar(), verb).refusal, kAccepted);
  EXPECT_EQ(free_capacity_kg(*find(scratch.view(), story.elevator())), 0u);
  EXPECT_EQ(scratch.judge([&](View& view) { receipt_issued(view, delivered.batch, 1); }),
            Refusal(base::v1::INVARIANT_CAPACITY));
  const Release release{1, story.elevator(), v1::WHEAT, 5'000, story.farmer().party};
  ASSERT_EQ(scratch.judge([&](View& view) { permit_release(view, release); }), kAccepted);
  const verbs::RecordRedemptionOutbound truck{1, story.bin(), 5'000};
  ASSERT_EQ(scratch.apply(story.elevator_operator(), truck).refusal, kAccepted);
  const v1::Grade grade = find_batch(scratch.view(), delivered.batch)->grade();
  const auto redeem = [&](View& view) {
    receipt_redeemed(view, story.elevator(), grade, 5'000);
    close_permit(view, 1);
  };
  EXPECT_EQ(scratch.judge(redeem), kAccepted);
  EXPECT_EQ(find(scratch.view(), story.elevator())->live_receipts_kg(), 35'000u);
}

TEST(ChangeCapacity, refusals_in_order) {
  Chain chain;
  ElevatorStory story(chain, 100'000);
  const auto& registrar = chain.registrar();
  verbs::ChangeCapacity verb{99, 0};
  chain.refuse(story.elevator_operator(), verb, base::v1::NO_PERMISSION);
  chain.refuse(registrar, verb, ChangeCapacity::WRONG_CAPACITY);
  verb.technical_capacity_kg = std::uint64_t{Kg::kMax} + 1;
  chain.refuse(registrar, verb, ChangeCapacity::WRONG_CAPACITY);
  verb.technical_capacity_kg = 100'000;
  chain.refuse(registrar, verb, ChangeCapacity::NO_SUCH_ELEVATOR);
  verb.elevator = story.elevator();
  chain.refuse(registrar, verb, ChangeCapacity::SAME_CAPACITY);
}

TEST(ChangeCapacity, property_free_capacity_is_never_negative) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 100'000; ++i) {
    v1::Elevator row;
    row.set_technical_capacity_kg(random() % 1'000);
    row.set_live_receipts_kg(random() % 1'000);
    const std::uint64_t free_kg = free_capacity_kg(row);
    ASSERT_EQ(std::max(row.technical_capacity_kg(), row.live_receipts_kg()),
              free_kg + row.live_receipts_kg());
  }
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::ChangeCapacity>([](sim::World& world, auto& draft) {
      draft.party = world.granted("elevators.register");
      draft.verb = {sim::some_elevator(world), sim::some_capacity_kg(world)};
    })
        .refuses(ChangeCapacity::WRONG_CAPACITY,
                 [](sim::World&, auto& draft) { draft.verb.technical_capacity_kg = 0; })
        .refuses(ChangeCapacity::NO_SUCH_ELEVATOR, sim::kNoElevator)
        .refuses(ChangeCapacity::SAME_CAPACITY, [](sim::World& world, auto& draft) {
          draft.verb.technical_capacity_kg =
              world.elevators.find(draft.verb.elevator)->technical_capacity_kg();
        });

}  // namespace
}  // namespace astyq::elevators
