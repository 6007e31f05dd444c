// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "crypto/sha256.h"
#include "elevators/handlers.gen.h"
#include "elevators/state.gen.h"
#include "sim/elevator_ways.h"
#include "support/elevators_story.h"

namespace astyq::elevators {
namespace {

using test::Chain;
using test::ElevatorStory;
using v1::OpenTicket;

constexpr std::uint32_t kBlockYear = 2026;

TEST(OpenTicket, story) {
  Chain chain;
  ElevatorStory story(chain);
  const auto verb = story.ticket(story.farmer());
  const std::uint64_t id = story.open(verb);
  const auto row = chain.get(kTickets(id));
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->elevator(), story.elevator());
  EXPECT_EQ(row->bin(), story.bin());
  EXPECT_EQ(row->crop(), v1::WHEAT);
  EXPECT_EQ(row->crop_year(), 2026u);
  EXPECT_EQ(row->basis_profile(), story.profile());
  EXPECT_EQ(row->state(), v1::OPEN);
  EXPECT_EQ(row->laboratory(), story.laboratory().party);
  EXPECT_EQ(row->opened_at_ns(), chain.now_ns());
  EXPECT_EQ(row->restricted().depositor(), story.farmer().party);
  EXPECT_EQ(row->restricted().vehicle(), verb.vehicle);
  const auto sample = chain.get(kSampleAnalyses(crypto::sha256(verb.sample_code)));
  ASSERT_TRUE(sample.has_value());
  EXPECT_EQ(sample->ticket(), id);
  EXPECT_EQ(sample->analysis(), 0u);
}

TEST(OpenTicket, refusals_in_order) {
  Chain chain;
  ElevatorStory story(chain);
  const auto& owner = story.elevator_operator();
  const auto good = story.ticket(story.farmer());
  verbs::OpenTicket verb{.sample_code = good.sample_code};
  chain.refuse(owner, verb, OpenTicket::NO_DEPOSITOR);
  verb.depositor = 999;
  chain.refuse(owner, verb, base::v1::NAMED_PARTY_MISSING);
  verb.depositor = good.depositor;
  chain.refuse(owner, verb, OpenTicket::NO_VEHICLE);
  verb.vehicle = good.vehicle;
  chain.refuse(owner, verb, OpenTicket::NO_CROP);
  verb.crop = v1::FLAX;
  chain.refuse(owner, verb, OpenTicket::NO_LABORATORY);
  verb.laboratory = 999;
  chain.refuse(owner, verb, base::v1::NAMED_PARTY_MISSING);
  verb.laboratory = story.farmer().party;
  chain.refuse(owner, verb, OpenTicket::NO_SUCH_ELEVATOR);
  verb.elevator = good.elevator;
  chain.refuse(story.farmer(), verb, OpenTicket::NOT_OPERATOR);
  chain.refuse(owner, verb, OpenTicket::NO_SUCH_BIN);

  const verbs::RegisterElevator other{owner.party, "Other", "Rudny", 1'000};
  const std::uint64_t other_elevator = chain.ok(chain.registrar(), other);
  verb.bin = chain.ok(owner, verbs::AddBin{other_elevator, "Silo", 1'000});
  chain.refuse(owner, verb, OpenTicket::NO_SUCH_BIN);
  verb.bin = story.bin();
  story.deliver(story.farmer());
  chain.refuse(owner, verb, OpenTicket::BIN_OTHER_CROP);
  verb.bin = chain.ok(owner, verbs::AddBin{story.elevator(), "Silo 2", 1'000});
  chain.refuse(owner, verb, OpenTicket::NO_SUCH_BASIS_PROFILE);
  verb.basis_profile = good.basis_profile;
  chain.refuse(owner, verb, OpenTicket::PROFILE_OF_OTHER_CROP);
  verb.crop = v1::WHEAT;
  chain.refuse(owner, verb, OpenTicket::WRONG_CROP_YEAR);
  verb.crop_year = kBlockYear;
  chain.refuse(owner, verb, OpenTicket::LABORATORY_NOT_LICENSED);
  verb.laboratory = owner.party;  // another licence is not a laboratory's
  chain.refuse(owner, verb, OpenTicket::LABORATORY_NOT_LICENSED);
  verb.laboratory = good.laboratory;
  story.open(good);
  chain.refuse(owner, verb, OpenTicket::SAMPLE_CODE_USED);

  story.suspend_licence(story.laboratory_licence(), story.laboratory());
  chain.refuse(owner, verb, OpenTicket::LABORATORY_NOT_LICENSED);
  story.suspend_licence(story.operator_licence(), owner);
  verb.bin = 0;
  chain.refuse(owner, verb, OpenTicket::NOT_LICENSED);
}

TEST(OpenTicket, property_crop_years_from_2000_to_the_next) {
  Chain chain;
  ElevatorStory story(chain);
  std::mt19937_64 random(1);
  for (int i = 0; i < 60; ++i) {
    auto verb = story.ticket(story.farmer());
    verb.crop_year = static_cast<std::uint32_t>(1'990 + random() % 50);
    const auto result = chain.apply(story.elevator_operator(), verb.operation());
    EXPECT_EQ(!result.refusal.refused(), verb.crop_year >= 2000 && verb.crop_year <= kBlockYear + 1)
        << verb.crop_year;
  }
}

// A bin of this elevator that holds nothing or grain of the crop, and has room; 0: none.
std::uint64_t bin_for(sim::World& world, std::uint64_t elevator, v1::Crop crop) {
  return sim::bin_where(world, elevator, [&](const v1::Bin& row) {
    return (row.balance_kg() == 0 || row.crop() == crop) &&
           row.balance_kg() + 10'000 < row.capacity_kg();
  });
}

// A truck of grain of a few sorts only, so that batches grow; often the operator's own.
bool some_truck(sim::World& world, sim::Draft<verbs::OpenTicket>& draft, bool licensed) {
  auto& verb = draft.verb;
  verb.elevator = world.dice.between(1, sim::kGranariesOfTrade);
  draft.party = sim::operator_of(world, verb.elevator);
  if (world.is_frozen(draft.party) ||
      world.is_licensed(draft.party, licences::v1::ELEVATOR) != licensed)
    return false;
  verb.depositor = world.dice.percent(15) ? draft.party : world.dice.pick(world.traders);
  verb.vehicle = "123ABC10";
  verb.crop = world.dice.percent(70) ? v1::WHEAT : v1::BARLEY;
  verb.basis_profile = verb.crop == v1::WHEAT ? 1 : 2;
  verb.crop_year = 2026;
  verb.sample_code = world.dice.bytes(16);
  verb.laboratory = world.dice.pick(world.laboratories);
  verb.bin = bin_for(world, verb.elevator, verb.crop);
  return verb.bin != 0 && world.is_licensed(verb.laboratory, licences::v1::LABORATORY);
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::OpenTicket>(
        [](sim::World& world, auto& draft) { return some_truck(world, draft, true); })
        .in_demand(2)
        .refuses(OpenTicket::NO_DEPOSITOR,
                 [](sim::World&, auto& draft) { draft.verb.depositor = 0; })
        .refuses(OpenTicket::NO_VEHICLE,
                 [](sim::World&, auto& draft) { draft.verb.vehicle.clear(); })
        .refuses(OpenTicket::NO_CROP,
                 [](sim::World&, auto& draft) { draft.verb.crop = v1::CROP_UNSPECIFIED; })
        .refuses(OpenTicket::NO_LABORATORY,
                 [](sim::World&, auto& draft) { draft.verb.laboratory = 0; })
        .refuses(OpenTicket::NO_SUCH_ELEVATOR, sim::kNoElevator)
        .refuses(OpenTicket::NOT_OPERATOR, sim::kSomebodyElse)
        .refuses_instead(
            OpenTicket::NOT_LICENSED,
            [](sim::World& world, auto& draft) { return some_truck(world, draft, false); })
        .refuses(OpenTicket::NO_SUCH_BIN,
                 [](sim::World&, auto& draft) { draft.verb.bin = sim::kNobody; })
        .refuses(OpenTicket::BIN_OTHER_CROP,
                 [](sim::World& world, auto& draft) {
                   draft.verb.bin =
                       sim::bin_with_other(world, draft.verb.elevator, draft.verb.crop);
                   return draft.verb.bin != 0;
                 })
        .refuses(OpenTicket::NO_SUCH_BASIS_PROFILE,
                 [](sim::World&, auto& draft) { draft.verb.basis_profile = sim::kNobody; })
        .refuses(OpenTicket::PROFILE_OF_OTHER_CROP,
                 [](sim::World&, auto& draft) {
                   draft.verb.basis_profile = draft.verb.crop == v1::WHEAT ? 2 : 1;
                 })
        .refuses(OpenTicket::WRONG_CROP_YEAR,
                 [](sim::World& world, auto& draft) {
                   draft.verb.crop_year = world.dice.percent(50) ? 1999 : 2199;
                 })
        .refuses(
            OpenTicket::LABORATORY_NOT_LICENSED,
            [](sim::World& world, auto& draft) { draft.verb.laboratory = world.traders.back(); })
        .refuses(OpenTicket::SAMPLE_CODE_USED, [](sim::World& world, auto& draft) {
          const auto* ticket = world.tickets.pick(world.dice, [](const auto&) { return true; });
          if (ticket != nullptr) draft.verb.sample_code = ticket->second.sample_code();
          return ticket != nullptr;
        });

}  // namespace
}  // namespace astyq::elevators
