// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "elevators/handlers.gen.h"
#include "elevators/state.gen.h"
#include "modules/elevators/elevators.h"
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

}  // namespace
}  // namespace astyq::elevators
