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
using v1::RejectTicket;

// Weevils in the sample: the truck goes home, and whatever comes later finds the ticket ended.
TEST(RejectTicket, story) {
  Chain chain;
  ElevatorStory story(chain);
  const auto& owner = story.elevator_operator();
  const auto truck = story.ticket(story.farmer());
  const std::uint64_t ticket = story.weighed(truck, 20'000);
  chain.ok(story.laboratory(), story.analysis(truck));
  chain.ok(owner, verbs::RejectTicket{ticket, v1::INFESTED});
  const auto row = chain.get(kTickets(ticket));
  EXPECT_EQ(row->state(), v1::REJECTED);
  EXPECT_EQ(row->reason(), v1::INFESTED);
  EXPECT_EQ(row->closed_at_ns(), chain.now_ns());
  EXPECT_EQ(row->credit_kg(), 0u);
  EXPECT_EQ(row->batch(), 0u);

  chain.refuse(owner, verbs::CloseTicket{ticket}, v1::CloseTicket::TICKET_REJECTED);
  chain.refuse(story.laboratory(), story.analysis(truck), v1::RecordAnalysis::TICKET_REJECTED);
  chain.refuse(owner, truck, v1::OpenTicket::SAMPLE_CODE_USED);
  EXPECT_EQ(chain.get(kBins(story.bin()))->balance_kg(), 0u);
  EXPECT_EQ(chain.get(kElevators(story.elevator()))->credited_kg(), 0u);
}

// A driver need not wait for the scales, nor the operator for a licence, to part.
TEST(RejectTicket, story_before_the_scales_and_under_suspension) {
  Chain chain;
  ElevatorStory story(chain);
  const auto& owner = story.elevator_operator();
  const std::uint64_t ticket = story.open(story.ticket(story.farmer()));
  story.suspend_licence(story.operator_licence(), owner);
  chain.ok(owner, verbs::RejectTicket{ticket, v1::LEFT});
  chain.refuse(owner, verbs::WeighTicket{ticket, 38'480, 12'000}, v1::WeighTicket::TICKET_REJECTED);
}

TEST(RejectTicket, refusals_in_order) {
  Chain chain;
  ElevatorStory story(chain);
  const auto& owner = story.elevator_operator();
  verbs::RejectTicket verb;
  chain.refuse(story.farmer(), verb, RejectTicket::NO_REASON);
  verb.reason = v1::WRONG_CROP;
  chain.refuse(story.farmer(), verb, RejectTicket::NO_SUCH_TICKET);
  verb.ticket = story.deliver(story.farmer()).ticket;
  chain.refuse(story.farmer(), verb, RejectTicket::NOT_OPERATOR);
  chain.refuse(owner, verb, RejectTicket::ALREADY_CLOSED);
  verb.ticket = story.open(story.ticket(story.farmer()));
  chain.ok(owner, verb);
  chain.refuse(story.farmer(), verb, RejectTicket::NOT_OPERATOR);
  verb.reason = v1::LEFT;
  chain.refuse(owner, verb, RejectTicket::ALREADY_REJECTED);
  EXPECT_EQ(chain.get(kTickets(verb.ticket))->reason(), v1::WRONG_CROP);
}

// Whatever is tried after a rejection, in whatever order, the ticket's row and the sums stay.
TEST(RejectTicket, property_a_rejected_ticket_never_changes) {
  Chain chain;
  ElevatorStory story(chain);
  const auto& owner = story.elevator_operator();
  std::mt19937_64 random(612);
  for (int i = 0; i < 10; ++i) {
    const auto truck = story.ticket(story.farmer());
    const std::uint64_t ticket =
        random() % 2 == 0 ? story.open(truck) : story.weighed(truck, 1 + random() % 100'000);
    if (random() % 2 == 0) chain.ok(story.laboratory(), story.analysis(truck));
    const auto reason = static_cast<v1::RejectReason>(1 + random() % v1::RejectReason_MAX);
    chain.ok(owner, verbs::RejectTicket{ticket, reason});
    const std::string before = chain.get(kTickets(ticket))->SerializeAsString();
    const base::v1::Operation later[] = {verbs::WeighTicket{ticket, 38'480, 12'000}.operation(),
                                         verbs::CloseTicket{ticket}.operation(),
                                         verbs::RejectTicket{ticket, v1::LEFT}.operation()};
    for (int step = 0; step < 4; ++step)
      EXPECT_TRUE(chain.apply(owner, later[random() % 3]).refusal.refused());
    EXPECT_TRUE(
        chain.apply(story.laboratory(), story.analysis(truck).operation()).refusal.refused());
    EXPECT_EQ(chain.get(kTickets(ticket))->SerializeAsString(), before);
  }
  EXPECT_EQ(chain.get(kElevators(story.elevator()))->credited_kg(), 0u);
  EXPECT_EQ(chain.get(kBins(story.bin()))->balance_kg(), 0u);
}

template <typename Fits>
bool some_ticket(sim::World& world, sim::Draft<verbs::RejectTicket>& draft, Fits fits) {
  draft.verb.reason = static_cast<v1::RejectReason>(world.dice.between(1, v1::RejectReason_MAX));
  return sim::ticket_where(world, draft, fits);
}

// What the random run does with the verb: few trucks go home, and those of a bin that meanwhile
// holds another crop wait to be refused.
const auto kPage =
    sim::Page<verbs::RejectTicket>([](sim::World& world, auto& draft) {
      return world.dice.percent(6) && some_ticket(world, draft, [&](const auto& row) {
               return sim::is_under_way(row) && sim::fits_bin(world, row);
             });
    })
        .refuses(
            RejectTicket::NO_REASON,
            [](sim::World&, auto& draft) { draft.verb.reason = v1::REJECT_REASON_UNSPECIFIED; })
        .refuses(RejectTicket::NO_SUCH_TICKET, sim::kNoTicket)
        .refuses(RejectTicket::NOT_OPERATOR, sim::kSomebodyElse)
        .refuses_instead(RejectTicket::ALREADY_CLOSED,
                         [](sim::World& world, auto& draft) {
                           return some_ticket(world, draft, [](const auto& row) {
                             return row.state() == v1::CLOSED;
                           });
                         })
        .refuses_instead(RejectTicket::ALREADY_REJECTED, [](sim::World& world, auto& draft) {
          return some_ticket(world, draft,
                             [](const auto& row) { return row.state() == v1::REJECTED; });
        });

}  // namespace
}  // namespace astyq::elevators
