// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "elevators/handlers.gen.h"
#include "elevators/state.gen.h"
#include "modules/elevators/elevators.h"
#include "sim/elevator_ways.h"
#include "sim/receipt_ways.h"
#include "support/elevators_story.h"
#include "support/scratch.h"

namespace astyq::elevators {
namespace {

using test::Chain;
using test::ElevatorStory;
using test::Scratch;
using Verb = verbs::RecordRedemptionOutbound;
using v1::RecordRedemptionOutbound;

constexpr std::uint64_t kReceipt = 1;

// Permits are made by redemption orders, a higher module's.
void permit(Scratch& scratch, const ElevatorStory& story, std::uint64_t kg) {
  const Release release{kReceipt, story.elevator(), v1::WHEAT, kg, story.farmer().party};
  ASSERT_EQ(scratch.judge([&](View& view) { permit_release(view, release); }), kAccepted);
}

TEST(RecordRedemptionOutbound, story) {
  Chain chain;
  ElevatorStory story(chain);
  const auto& owner = story.elevator_operator();
  const std::uint64_t batch = story.deliver(story.farmer(), {.kg = 40'000}).batch;
  Scratch scratch(chain);
  ASSERT_EQ(scratch.judge([&](View& view) {
    hold_for_proposal(view, batch, 40'000);
    receipt_issued(view, batch, 40'000);
  }),
            kAccepted);
  permit(scratch, story, 40'000);
  const auto first = scratch.apply(owner, Verb{kReceipt, story.bin(), 15'000});
  ASSERT_EQ(first.refusal, kAccepted);
  const auto row = scratch.view().get(kOutbounds(first.first_id));
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->elevator(), story.elevator());
  EXPECT_EQ(row->bin(), story.bin());
  EXPECT_EQ(row->kg(), 15'000u);
  EXPECT_EQ(row->receipt(), kReceipt);
  EXPECT_EQ(row->batch(), 0u);
  EXPECT_EQ(row->left_at_ns(), scratch.view().time().time_ns);
  EXPECT_EQ(find_permit(scratch.view(), kReceipt)->released_kg(), 15'000u);
  EXPECT_EQ(scratch.view().get(kBins(story.bin()))->balance_kg(), 25'000u);
  EXPECT_EQ(find(scratch.view(), story.elevator())->stock_kg(), 25'000u);

  // The rest empties the bin, which then takes any crop; the permit has done its work.
  ASSERT_EQ(scratch.apply(owner, Verb{kReceipt, story.bin(), 25'000}).refusal, kAccepted);
  EXPECT_EQ(scratch.view().get(kBins(story.bin()))->crop(), v1::CROP_UNSPECIFIED);
  EXPECT_EQ(scratch.view().get(kBins(story.bin()))->outbound_kg(), 40'000u);
  const v1::Grade grade = find_batch(scratch.view(), batch)->grade();
  EXPECT_EQ(scratch.judge([&](View& view) {
    receipt_redeemed(view, story.elevator(), grade, 40'000);
    close_permit(view, kReceipt);
  }),
            kAccepted);
  EXPECT_FALSE(find_permit(scratch.view(), kReceipt).has_value());
}

// What is owed may be fetched although the licence is suspended.
TEST(RecordRedemptionOutbound, story_under_suspension) {
  Chain chain;
  ElevatorStory story(chain);
  story.deliver(story.farmer(), {.kg = 40'000});
  story.suspend_licence(story.operator_licence(), story.elevator_operator());
  Scratch scratch(chain);
  permit(scratch, story, 40'000);
  const Verb verb{kReceipt, story.bin(), 40'000};
  EXPECT_EQ(scratch.apply(story.elevator_operator(), verb).refusal, kAccepted);
}

TEST(RecordRedemptionOutbound, refusals_in_order) {
  Chain chain;
  ElevatorStory story(chain);
  const auto& owner = story.elevator_operator();
  chain.refuse(owner, Verb{}, RecordRedemptionOutbound::NO_WEIGHT);
  chain.refuse(owner, Verb{.kg = std::uint64_t{Kg::kMax} + 1}, RecordRedemptionOutbound::NO_WEIGHT);
  chain.refuse(owner, Verb{.kg = 1}, RecordRedemptionOutbound::NO_PERMIT);

  story.deliver(story.farmer(), {.kg = 40'000});
  const std::uint64_t flax_bin = chain.ok(owner, verbs::AddBin{story.elevator(), "Silo 2", 90'000});
  auto flax = story.ticket(story.farmer());
  flax.crop = v1::FLAX;
  flax.bin = flax_bin;
  flax.basis_profile =
      chain.ok(chain.registrar(), verbs::DefineBasisProfile{v1::FLAX, "GOST 10582-76", 1'300, 300});
  const std::uint64_t ticket = story.weighed(flax, 20'000);
  chain.ok(story.laboratory(), story.analysis(flax));
  chain.ok(owner, verbs::CloseTicket{ticket});

  Scratch scratch(chain);
  permit(scratch, story, 50'000);
  const auto refused = [&](const test::Actor& actor, const Verb& verb, Refusal why) {
    EXPECT_EQ(scratch.apply(actor, verb).refusal.code(), why.code());
  };
  refused(story.farmer(), {kReceipt, 0, 50'001}, RecordRedemptionOutbound::NOT_OPERATOR);
  (void)scratch.judge([](View& view) { set_release_stopped(view, kReceipt, true); });
  refused(owner, {kReceipt, 0, 50'001}, RecordRedemptionOutbound::STOPPED);
  (void)scratch.judge([](View& view) { set_release_stopped(view, kReceipt, false); });
  refused(owner, {kReceipt, 0, 50'001}, RecordRedemptionOutbound::NO_SUCH_BIN);
  refused(owner, {kReceipt, flax_bin, 50'001}, RecordRedemptionOutbound::BIN_OTHER_CROP);
  refused(owner, {kReceipt, story.bin(), 50'001}, RecordRedemptionOutbound::MORE_THAN_PERMITTED);
  refused(owner, {kReceipt, story.bin(), 40'001}, RecordRedemptionOutbound::MORE_THAN_IN_BIN);

  story.set_regime(v1::SHIPMENT_BAN);
  Scratch banned(chain);
  permit(banned, story, 50'000);
  EXPECT_EQ(banned.apply(owner, Verb{kReceipt, 0, 50'001}).refusal,
            Refusal(RecordRedemptionOutbound::SHIPMENT_BAN));
}

TEST(RecordRedemptionOutbound, property_never_more_than_permitted_nor_than_there_is) {
  Chain chain;
  ElevatorStory story(chain);
  story.deliver(story.farmer(), {.kg = 100'000});
  std::mt19937_64 random(1);
  for (int run = 0; run < 20; ++run) {
    Scratch scratch(chain);
    std::uint64_t permitted_kg = 1 + random() % 200'000;
    std::uint64_t in_bin_kg = 100'000;
    permit(scratch, story, permitted_kg);
    for (int i = 0; i < 30; ++i) {
      const Verb verb{kReceipt, story.bin(), 1 + random() % 30'000};
      const bool fits = verb.kg <= permitted_kg && verb.kg <= in_bin_kg;
      ASSERT_EQ(!scratch.apply(story.elevator_operator(), verb).refusal.refused(), fits);
      permitted_kg -= fits ? verb.kg : 0;
      in_bin_kg -= fits ? verb.kg : 0;
      ASSERT_EQ(scratch.view().get(kBins(story.bin()))->balance_kg(), in_bin_kg);
    }
  }
}

// An order of redemption under which more may leave.
bool some_permit(sim::World& world, sim::Draft<verbs::RecordRedemptionOutbound>& draft, bool banned,
                 bool stopped = false) {
  const auto* permit = world.permits.pick(world.dice, [&](const v1::ReleasePermit& row) {
    const auto& elevator = *world.elevators.find(row.elevator());
    return row.released_kg() < row.kg() && row.stopped() == stopped &&
           !world.is_frozen(elevator.operator_()) &&
           (elevator.regime() == v1::SHIPMENT_BAN) == banned;
  });
  if (permit == nullptr) return false;
  const v1::ReleasePermit& row = permit->second;
  draft.party = world.elevators.find(row.elevator())->operator_();
  draft.verb.receipt = permit->first.first;
  draft.verb.bin = sim::bin_with(world, row.elevator(), row.crop());
  if (draft.verb.bin == 0) return false;
  const std::uint64_t most = std::min<std::uint64_t>(row.kg() - row.released_kg(),
                                                     world.bins.find(draft.verb.bin)->balance_kg());
  draft.verb.kg = world.dice.percent(50) ? most : world.dice.between(1, most);
  return true;
}

const v1::ReleasePermit& permit_of(sim::World& world, const verbs::RecordRedemptionOutbound& verb) {
  return *world.permits.find(verb.receipt);
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::RecordRedemptionOutbound>(
        [](sim::World& world, auto& draft) { return some_permit(world, draft, false); })
        .in_demand(3)
        .refuses(RecordRedemptionOutbound::NO_WEIGHT,
                 [](sim::World&, auto& draft) { draft.verb.kg = 0; })
        .refuses(RecordRedemptionOutbound::NO_PERMIT, sim::kNoReceipt)
        .refuses(RecordRedemptionOutbound::NOT_OPERATOR, sim::kSomebodyElse)
        .refuses_instead(
            RecordRedemptionOutbound::SHIPMENT_BAN,
            [](sim::World& world, auto& draft) { return some_permit(world, draft, true); })
        .refuses_instead(
            RecordRedemptionOutbound::STOPPED,
            [](sim::World& world, auto& draft) { return some_permit(world, draft, false, true); })
        .refuses(RecordRedemptionOutbound::NO_SUCH_BIN,
                 [](sim::World&, auto& draft) { draft.verb.bin = sim::kNobody; })
        .refuses(RecordRedemptionOutbound::BIN_OTHER_CROP,
                 [](sim::World& world, auto& draft) {
                   const auto& permit = permit_of(world, draft.verb);
                   draft.verb.bin = sim::bin_with_other(world, permit.elevator(), permit.crop());
                   return draft.verb.bin != 0;
                 })
        .refuses(RecordRedemptionOutbound::MORE_THAN_PERMITTED,
                 [](sim::World&, auto& draft) { draft.verb.kg = sim::kTooLarge - 1; })
        .refuses(RecordRedemptionOutbound::MORE_THAN_IN_BIN, [](sim::World& world, auto& draft) {
          const auto& permit = permit_of(world, draft.verb);
          draft.verb.kg = permit.kg() - permit.released_kg();
          draft.verb.bin = sim::bin_where(world, permit.elevator(), [&](const v1::Bin& row) {
            return row.balance_kg() < draft.verb.kg &&
                   (row.balance_kg() == 0 || row.crop() == permit.crop());
          });
          return draft.verb.bin != 0;
        });

}  // namespace
}  // namespace astyq::elevators
