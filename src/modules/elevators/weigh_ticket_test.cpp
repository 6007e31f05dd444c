// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "elevators/handlers.gen.h"
#include "elevators/state.gen.h"
#include "sim/ticket_ways.h"
#include "support/elevators_story.h"

namespace astyq::elevators {
namespace {

using test::Chain;
using test::ElevatorStory;
using v1::WeighTicket;

TEST(WeighTicket, story) {
  Chain chain;
  ElevatorStory story(chain);
  const std::uint64_t ticket = story.open(story.ticket(story.farmer()));
  chain.ok(story.elevator_operator(), verbs::WeighTicket{ticket, 38'480, 12'000});
  const auto row = chain.get(kTickets(ticket));
  EXPECT_EQ(row->state(), v1::WEIGHED);
  EXPECT_EQ(row->gross_kg(), 38'480u);
  EXPECT_EQ(row->tare_kg(), 12'000u);
  EXPECT_EQ(chain.get(kBins(story.bin()))->balance_kg(), 0u);
}

TEST(WeighTicket, refusals_in_order) {
  Chain chain;
  ElevatorStory story(chain);
  const auto& owner = story.elevator_operator();
  chain.refuse(owner, verbs::WeighTicket{0, 200'001, 0}, WeighTicket::WRONG_WEIGHT);
  chain.refuse(owner, verbs::WeighTicket{0, 200'001, 200'001}, WeighTicket::WRONG_WEIGHT);
  chain.refuse(owner, verbs::WeighTicket{0, 200'001, 12'000}, WeighTicket::TOO_HEAVY);
  verbs::WeighTicket verb{0, 200'000, 12'000};
  chain.refuse(story.farmer(), verb, WeighTicket::NO_SUCH_TICKET);
  verb.ticket = story.open(story.ticket(story.farmer()));
  chain.refuse(story.farmer(), verb, WeighTicket::NOT_OPERATOR);
  chain.ok(owner, verb);
  chain.refuse(story.farmer(), verb, WeighTicket::NOT_OPERATOR);
  chain.refuse(owner, verb, WeighTicket::ALREADY_WEIGHED);
  chain.ok(owner, verbs::RejectTicket{verb.ticket, v1::LEFT});
  chain.refuse(owner, verb, WeighTicket::TICKET_REJECTED);
}

TEST(WeighTicket, property_net_is_between_nothing_and_the_weighbridge) {
  Chain chain;
  ElevatorStory story(chain);
  std::mt19937_64 random(1);
  std::uint64_t ticket = story.open(story.ticket(story.farmer()));
  for (int i = 0; i < 60; ++i) {
    const verbs::WeighTicket verb{ticket, random() % 250'000, random() % 100'000};
    const auto result = chain.apply(story.elevator_operator(), verb.operation());
    EXPECT_EQ(!result.refusal.refused(),
              verb.tare_kg > 0 && verb.gross_kg > verb.tare_kg && verb.gross_kg <= 200'000);
    if (!result.refusal.refused()) ticket = story.open(story.ticket(story.farmer()));
  }
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::WeighTicket>([](sim::World& world, auto& draft) {
      draft.verb.tare_kg = world.dice.between(8'000, 15'000);
      draft.verb.gross_kg = draft.verb.tare_kg + world.dice.between(1, 35'000);
      return sim::ticket_where(world, draft,
                               [](const auto& row) { return row.state() == v1::OPEN; });
    })
        .in_demand(2)
        .refuses(WeighTicket::WRONG_WEIGHT,
                 [](sim::World&, auto& draft) { draft.verb.gross_kg = draft.verb.tare_kg; })
        .refuses(WeighTicket::TOO_HEAVY,
                 [](sim::World&, auto& draft) { draft.verb.gross_kg = 200'001; })
        .refuses(WeighTicket::NO_SUCH_TICKET, sim::kNoTicket)
        .refuses(WeighTicket::NOT_OPERATOR, sim::kSomebodyElse)
        .refuses(WeighTicket::TICKET_REJECTED,
                 [](sim::World& world, auto& draft) {
                   return sim::ticket_where(
                       world, draft, [](const auto& row) { return row.state() == v1::REJECTED; });
                 })
        .refuses(WeighTicket::ALREADY_WEIGHED, [](sim::World& world, auto& draft) {
          return sim::ticket_where(world, draft, [](const auto& row) {
            return row.state() == v1::WEIGHED || row.state() == v1::CLOSED;
          });
        });

}  // namespace
}  // namespace astyq::elevators
