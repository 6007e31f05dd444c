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
using Verb = verbs::RecordOwnOutbound;
using v1::RecordOwnOutbound;

TEST(RecordOwnOutbound, story) {
  Chain chain;
  ElevatorStory story(chain);
  const auto& owner = story.elevator_operator();
  const std::uint64_t batch = story.deliver(owner, {.kg = 40'000}).batch;
  const std::uint64_t id = chain.ok(owner, Verb{batch, story.bin(), 15'000});
  const auto row = chain.get(kOutbounds(id));
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->elevator(), story.elevator());
  EXPECT_EQ(row->bin(), story.bin());
  EXPECT_EQ(row->kg(), 15'000u);
  EXPECT_EQ(row->batch(), batch);
  EXPECT_EQ(row->receipt(), 0u);
  EXPECT_EQ(row->left_at_ns(), chain.now_ns());
  EXPECT_EQ(chain.get(kBatches(batch))->withdrawn_kg(), 15'000u);
  EXPECT_EQ(unreceipted_kg(*chain.get(kBatches(batch))), 25'000u);
  EXPECT_EQ(chain.get(kBins(story.bin()))->balance_kg(), 25'000u);
  EXPECT_EQ(chain.get(kElevators(story.elevator()))->stock_kg(), 25'000u);
  chain.ok(owner, Verb{batch, story.bin(), 25'000});
  EXPECT_EQ(chain.get(kBins(story.bin()))->crop(), v1::CROP_UNSPECIFIED);
}

// What a receipt, or a proposal of one, promises is no longer the operator's to take.
TEST(RecordOwnOutbound, story_receipted_grain_stays) {
  Chain chain;
  ElevatorStory story(chain);
  const auto& owner = story.elevator_operator();
  const std::uint64_t batch = story.deliver(owner, {.kg = 40'000}).batch;
  test::Scratch scratch(chain);
  ASSERT_EQ(scratch.judge([&](View& view) { hold_for_proposal(view, batch, 30'000); }), kAccepted);
  ASSERT_EQ(scratch.judge([&](View& view) { receipt_issued(view, batch, 20'000); }), kAccepted);
  EXPECT_EQ(scratch.apply(owner, Verb{batch, story.bin(), 10'001}).refusal,
            Refusal(RecordOwnOutbound::MORE_THAN_UNRECEIPTED));
  ASSERT_EQ(scratch.judge([&](View& view) { drop_hold(view, batch, 10'000); }), kAccepted);
  EXPECT_EQ(scratch.apply(owner, Verb{batch, story.bin(), 20'000}).refusal, kAccepted);
}

TEST(RecordOwnOutbound, refusals_in_order) {
  Chain chain;
  ElevatorStory story(chain);
  const auto& owner = story.elevator_operator();
  chain.refuse(owner, Verb{}, RecordOwnOutbound::NO_WEIGHT);
  chain.refuse(owner, Verb{.kg = std::uint64_t{Kg::kMax} + 1}, RecordOwnOutbound::NO_WEIGHT);
  Verb verb{.kg = 40'001};
  chain.refuse(story.farmer(), verb, RecordOwnOutbound::NO_SUCH_BATCH);
  verb.batch = story.deliver(story.farmer(), {.kg = 10'000}).batch;
  chain.refuse(story.farmer(), verb, RecordOwnOutbound::NOT_OPERATOR);
  chain.refuse(owner, verb, RecordOwnOutbound::NOT_OWN_GRAIN);
  verb.batch = story.deliver(owner, {.kg = 40'000}).batch;
  story.set_regime(v1::SHIPMENT_BAN);
  chain.refuse(owner, verb, RecordOwnOutbound::SHIPMENT_BAN);
  story.set_regime(v1::NORMAL);
  chain.refuse(owner, verb, RecordOwnOutbound::NO_SUCH_BIN);

  verb.bin = chain.ok(owner, verbs::AddBin{story.elevator(), "Silo 2", 90'000});
  auto flax = story.ticket(story.farmer());
  flax.crop = v1::FLAX;
  flax.bin = verb.bin;
  flax.basis_profile =
      chain.ok(chain.registrar(), verbs::DefineBasisProfile{v1::FLAX, "GOST 10582-76", 1'300, 300});
  const std::uint64_t ticket = story.weighed(flax, 20'000);
  chain.ok(story.laboratory(), story.analysis(flax));
  chain.ok(owner, verbs::CloseTicket{ticket});
  chain.refuse(owner, verb, RecordOwnOutbound::BIN_OTHER_CROP);
  verb.bin = story.bin();
  chain.refuse(owner, verb, RecordOwnOutbound::MORE_THAN_UNRECEIPTED);
  verb.kg = 40'000;
  verb.bin = chain.ok(owner, verbs::AddBin{story.elevator(), "Silo 3", 90'000});
  chain.refuse(owner, verb, RecordOwnOutbound::MORE_THAN_IN_BIN);
}

TEST(RecordOwnOutbound, property_withdrawn_stays_within_credited) {
  Chain chain;
  ElevatorStory story(chain);
  const auto& owner = story.elevator_operator();
  // Damp grain: the bin holds more than the credit, and only the credit may leave.
  const std::uint64_t batch = story.deliver(owner, {.kg = 100'000, .moisture_bps = 1'800}).batch;
  std::uint64_t left_kg = chain.get(kBatches(batch))->credited_kg();
  ASSERT_LT(left_kg, 100'000u);
  std::mt19937_64 random(1);
  for (int i = 0; i < 60; ++i) {
    const Verb verb{batch, story.bin(), 1 + random() % 20'000};
    const auto result = chain.apply(owner, verb.operation());
    ASSERT_EQ(!result.refusal.refused(), verb.kg <= left_kg);
    if (!result.refusal.refused()) left_kg -= verb.kg;
  }
  EXPECT_EQ(unreceipted_kg(*chain.get(kBatches(batch))), left_kg);
}

// A batch that the operator deposited in its own elevator, or that somebody else did.
bool some_batch(sim::World& world, sim::Draft<verbs::RecordOwnOutbound>& draft, bool own,
                bool banned) {
  const auto* batch = world.batches.pick(world.dice, [&](const v1::Batch& row) {
    const auto& elevator = *world.elevators.find(row.elevator());
    return sim::unreceipted_kg(row) > 0 && !world.is_frozen(elevator.operator_()) &&
           (elevator.regime() == v1::SHIPMENT_BAN) == banned &&
           (elevator.operator_() == row.restricted().depositor()) == own;
  });
  if (batch == nullptr) return false;
  const v1::Batch& row = batch->second;
  draft.party = world.elevators.find(row.elevator())->operator_();
  draft.verb.batch = batch->first.first;
  draft.verb.bin = sim::bin_with(world, row.elevator(), row.grade().crop());
  if (draft.verb.bin == 0) return false;
  draft.verb.kg = world.dice.between(
      1, std::min<std::uint64_t>(
             {sim::unreceipted_kg(row), world.bins.find(draft.verb.bin)->balance_kg(), 5'000}));
  return true;
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::RecordOwnOutbound>(
        [](sim::World& world, auto& draft) { return some_batch(world, draft, true, false); })
        .refuses(RecordOwnOutbound::NO_WEIGHT, [](sim::World&, auto& draft) { draft.verb.kg = 0; })
        .refuses(RecordOwnOutbound::NO_SUCH_BATCH,
                 [](sim::World&, auto& draft) { draft.verb.batch = sim::kNobody; })
        .refuses(RecordOwnOutbound::NOT_OPERATOR, sim::kSomebodyElse)
        .refuses_instead(
            RecordOwnOutbound::NOT_OWN_GRAIN,
            [](sim::World& world, auto& draft) { return some_batch(world, draft, false, false); })
        .refuses_instead(
            RecordOwnOutbound::SHIPMENT_BAN,
            [](sim::World& world, auto& draft) { return some_batch(world, draft, true, true); })
        .refuses(RecordOwnOutbound::NO_SUCH_BIN,
                 [](sim::World&, auto& draft) { draft.verb.bin = sim::kNobody; })
        .refuses(RecordOwnOutbound::BIN_OTHER_CROP,
                 [](sim::World& world, auto& draft) {
                   const v1::Batch& row = *world.batches.find(draft.verb.batch);
                   draft.verb.bin = sim::bin_with_other(world, row.elevator(), row.grade().crop());
                   return draft.verb.bin != 0;
                 })
        .refuses(RecordOwnOutbound::MORE_THAN_UNRECEIPTED,
                 [](sim::World&, auto& draft) { draft.verb.kg = sim::kTooLarge - 1; })
        .refuses(RecordOwnOutbound::MORE_THAN_IN_BIN, [](sim::World& world, auto& draft) {
          const v1::Batch& row = *world.batches.find(draft.verb.batch);
          draft.verb.kg = sim::unreceipted_kg(row);
          draft.verb.bin = sim::bin_where(world, row.elevator(), [&](const v1::Bin& bin) {
            return bin.balance_kg() < draft.verb.kg &&
                   (bin.balance_kg() == 0 || bin.crop() == row.grade().crop());
          });
          return draft.verb.bin != 0;
        });

}  // namespace
}  // namespace astyq::elevators
