// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
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
using Verb = verbs::RecordReturnOutbound;
using v1::RecordReturnOutbound;

TEST(RecordReturnOutbound, story) {
  Chain chain;
  ElevatorStory story(chain);
  const auto& owner = story.elevator_operator();
  const auto& farmer = story.farmer();
  const std::uint64_t batch = story.deliver(farmer, {.kg = 40'000}).batch;
  const std::uint64_t order = chain.ok(farmer, verbs::OrderReturn{batch, 40'000, farmer.party});
  const std::uint64_t id = chain.ok(owner, Verb{order, story.bin(), 15'000});
  const auto row = chain.get(kOutbounds(id));
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->elevator(), story.elevator());
  EXPECT_EQ(row->bin(), story.bin());
  EXPECT_EQ(row->kg(), 15'000u);
  EXPECT_EQ(row->receipt(), 0u);
  EXPECT_EQ(row->grain_return(), order);
  EXPECT_EQ(row->batch(), batch);
  EXPECT_EQ(row->left_at_ns(), chain.now_ns());
  EXPECT_EQ(chain.get(kReturns(order))->released_kg(), 15'000u);
  EXPECT_EQ(chain.get(kBatches(batch))->returning_kg(), 25'000u);
  EXPECT_EQ(chain.get(kBatches(batch))->withdrawn_kg(), 15'000u);
  EXPECT_EQ(chain.get(kBins(story.bin()))->balance_kg(), 25'000u);
  EXPECT_EQ(chain.get(kElevators(story.elevator()))->stock_kg(), 25'000u);

  chain.ok(owner, Verb{order, story.bin(), 25'000});
  EXPECT_FALSE(chain.get(kReturns(order)).has_value());
  EXPECT_EQ(chain.get(kBatches(batch))->returning_kg(), 0u);
  EXPECT_EQ(chain.get(kBins(story.bin()))->crop(), v1::CROP_UNSPECIFIED);
  chain.refuse(owner, Verb{order, story.bin(), 1}, RecordReturnOutbound::NO_SUCH_RETURN);
}

// An operator's own grain leaves in no other way.
TEST(RecordReturnOutbound, story_of_the_operators_own_grain) {
  Chain chain;
  ElevatorStory story(chain);
  const auto& owner = story.elevator_operator();
  const std::uint64_t batch = story.deliver(owner, {.kg = 40'000}).batch;
  const std::uint64_t order = chain.ok(owner, verbs::OrderReturn{batch, 15'000, owner.party});
  chain.ok(owner, Verb{order, story.bin(), 15'000});
  EXPECT_EQ(unreceipted_kg(*chain.get(kBatches(batch))), 25'000u);
}

TEST(RecordReturnOutbound, refusals_in_order) {
  Chain chain;
  ElevatorStory story(chain);
  const auto& owner = story.elevator_operator();
  const auto& farmer = story.farmer();
  chain.refuse(farmer, Verb{}, RecordReturnOutbound::NO_WEIGHT);
  chain.refuse(farmer, Verb{.kg = std::uint64_t{Kg::kMax} + 1}, RecordReturnOutbound::NO_WEIGHT);
  Verb verb{.kg = 30'001};
  chain.refuse(farmer, verb, RecordReturnOutbound::NO_SUCH_RETURN);
  const std::uint64_t batch = story.deliver(farmer, {.kg = 40'000}).batch;
  verb.grain_return = chain.ok(farmer, verbs::OrderReturn{batch, 30'000, farmer.party});
  story.set_regime(v1::SHIPMENT_BAN);
  chain.refuse(farmer, verb, RecordReturnOutbound::NOT_OPERATOR);
  chain.refuse(owner, verb, RecordReturnOutbound::SHIPMENT_BAN);
  story.set_regime(v1::NORMAL);
  chain.refuse(owner, verb, RecordReturnOutbound::NO_SUCH_BIN);

  const verbs::RegisterElevator other{owner.party, "Other", "Rudny", 1'000};
  const std::uint64_t other_elevator = chain.ok(chain.registrar(), other);
  verb.bin = chain.ok(owner, verbs::AddBin{other_elevator, "Silo", 1'000});
  chain.refuse(owner, verb, RecordReturnOutbound::NO_SUCH_BIN);
  verb.bin = chain.ok(owner, verbs::AddBin{story.elevator(), "Silo 2", 90'000});
  auto flax = story.ticket(farmer);
  flax.crop = v1::FLAX;
  flax.bin = verb.bin;
  flax.basis_profile =
      chain.ok(chain.registrar(), verbs::DefineBasisProfile{v1::FLAX, "GOST 10582-76", 1'300, 300});
  const std::uint64_t ticket = story.weighed(flax, 20'000);
  chain.ok(story.laboratory(), story.analysis(flax));
  chain.ok(owner, verbs::CloseTicket{ticket});
  chain.refuse(owner, verb, RecordReturnOutbound::BIN_OTHER_CROP);
  verb.bin = story.bin();
  chain.refuse(owner, verb, RecordReturnOutbound::MORE_THAN_ORDERED);
  verb.kg = 30'000;
  verb.bin = chain.ok(owner, verbs::AddBin{story.elevator(), "Silo 3", 90'000});
  chain.refuse(owner, verb, RecordReturnOutbound::MORE_THAN_IN_BIN);
}

TEST(RecordReturnOutbound, property_never_more_than_ordered) {
  Chain chain;
  ElevatorStory story(chain, 200'000);
  const auto& farmer = story.farmer();
  const std::uint64_t batch = story.deliver(farmer, {.kg = 100'000}).batch;
  std::mt19937_64 random(611);
  std::uint64_t in_bin_kg = 100'000;
  while (in_bin_kg > 40'000) {
    std::uint64_t ordered_kg = 1 + random() % 30'000;
    const std::uint64_t id = chain.ok(farmer, verbs::OrderReturn{batch, ordered_kg, farmer.party});
    while (ordered_kg > 0) {
      const Verb verb{id, story.bin(), 1 + random() % 20'000};
      const bool fits = verb.kg <= ordered_kg;
      const auto result = chain.apply(story.elevator_operator(), verb.operation());
      ASSERT_EQ(!result.refusal.refused(), fits);
      ordered_kg -= fits ? verb.kg : 0;
      in_bin_kg -= fits ? verb.kg : 0;
      ASSERT_EQ(chain.get(kBins(story.bin()))->balance_kg(), in_bin_kg);
      if (!fits && ordered_kg < 100) break;  // the rest stays ordered
    }
  }
}

// A return that stands, in an elevator with a ban, or without; the draft is the operator's.
bool some_return(sim::World& world, sim::Draft<verbs::RecordReturnOutbound>& draft, bool banned) {
  const auto* entry = world.returns.pick(world.dice, [&](const v1::GrainReturn& row) {
    const auto& elevator = *world.elevators.find(sim::batch_of(world, row).elevator());
    return !world.is_frozen(elevator.operator_()) &&
           (elevator.regime() == v1::SHIPMENT_BAN) == banned;
  });
  if (entry == nullptr) return false;
  const v1::GrainReturn& row = entry->second;
  const v1::Batch& batch = sim::batch_of(world, row);
  draft.party = sim::operator_of(world, batch.elevator());
  draft.verb.grain_return = entry->first.first;
  draft.verb.bin = sim::bin_with(world, batch.elevator(), batch.grade().crop());
  if (draft.verb.bin == 0) return false;
  const std::uint64_t most = std::min<std::uint64_t>(row.kg() - row.released_kg(),
                                                     world.bins.find(draft.verb.bin)->balance_kg());
  draft.verb.kg = world.dice.percent(50) ? most : world.dice.between(1, most);
  return true;
}

const v1::Batch& batch_of(sim::World& world, const verbs::RecordReturnOutbound& verb) {
  return sim::batch_of(world, *world.returns.find(verb.grain_return));
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::RecordReturnOutbound>(
        [](sim::World& world, auto& draft) { return some_return(world, draft, false); })
        .refuses(RecordReturnOutbound::NO_WEIGHT,
                 [](sim::World&, auto& draft) { draft.verb.kg = 0; })
        .refuses(RecordReturnOutbound::NO_SUCH_RETURN, sim::kNoReturn)
        .refuses(RecordReturnOutbound::NOT_OPERATOR, sim::kSomebodyElse)
        .refuses_instead(
            RecordReturnOutbound::SHIPMENT_BAN,
            [](sim::World& world, auto& draft) { return some_return(world, draft, true); })
        .refuses(RecordReturnOutbound::NO_SUCH_BIN,
                 [](sim::World&, auto& draft) { draft.verb.bin = sim::kNobody; })
        .refuses(RecordReturnOutbound::BIN_OTHER_CROP,
                 [](sim::World& world, auto& draft) {
                   const v1::Batch& batch = batch_of(world, draft.verb);
                   draft.verb.bin =
                       sim::bin_with_other(world, batch.elevator(), batch.grade().crop());
                   return draft.verb.bin != 0;
                 })
        .refuses(RecordReturnOutbound::MORE_THAN_ORDERED,
                 [](sim::World&, auto& draft) { draft.verb.kg = sim::kTooLarge - 1; })
        .refuses(RecordReturnOutbound::MORE_THAN_IN_BIN, [](sim::World& world, auto& draft) {
          const v1::GrainReturn& row = *world.returns.find(draft.verb.grain_return);
          const v1::Batch& batch = batch_of(world, draft.verb);
          draft.verb.kg = row.kg() - row.released_kg();
          draft.verb.bin = sim::bin_where(world, batch.elevator(), [&](const v1::Bin& bin) {
            return bin.balance_kg() < draft.verb.kg &&
                   (bin.balance_kg() == 0 || bin.crop() == batch.grade().crop());
          });
          return draft.verb.bin != 0;
        });

}  // namespace
}  // namespace astyq::elevators
