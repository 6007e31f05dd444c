// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "elevators/handlers.gen.h"
#include "elevators/state.gen.h"
#include "modules/elevators/elevators.h"
#include "sim/ticket_ways.h"
#include "support/elevators_story.h"

namespace astyq::elevators {
namespace {

using test::Chain;
using test::ElevatorStory;
using v1::CloseTicket;

TEST(CloseTicket, story) {
  Chain chain;
  ElevatorStory story(chain);
  const test::Load damp{.kg = 26'480, .moisture_bps = 1'620, .foreign_matter_bps = 340};
  const auto delivered = story.deliver(story.farmer(), damp);
  const auto ticket = chain.get(kTickets(delivered.ticket));
  EXPECT_EQ(ticket->state(), v1::CLOSED);
  EXPECT_EQ(ticket->analysis(), delivered.analysis);
  EXPECT_EQ(ticket->batch(), delivered.batch);
  EXPECT_EQ(ticket->closed_at_ns(), chain.now_ns());
  // 26,480 x (100 - 16.2) x (100 - 3.4) / ((100 - 14) x (100 - 2)) = 25,433.996, of which the
  // fraction stays.
  EXPECT_EQ(ticket->credit_kg(), 25'433u);

  const auto batch = chain.get(kBatches(delivered.batch));
  EXPECT_EQ(batch->elevator(), story.elevator());
  EXPECT_EQ(batch->restricted().depositor(), story.farmer().party);
  EXPECT_EQ(batch->grade().crop(), v1::WHEAT);
  EXPECT_EQ(batch->grade().grain_class(), 3u);
  EXPECT_EQ(batch->grade().crop_year(), 2026u);
  EXPECT_EQ(batch->grade().basis_profile(), story.profile());
  EXPECT_EQ(batch->credited_kg(), 25'433u);
  EXPECT_EQ(unreceipted_kg(*batch), 25'433u);

  const auto bin = chain.get(kBins(story.bin()));
  EXPECT_EQ(bin->crop(), v1::WHEAT);
  EXPECT_EQ(bin->inbound_kg(), 26'480u);
  EXPECT_EQ(bin->balance_kg(), 26'480u);
  const auto elevator = chain.get(kElevators(story.elevator()));
  EXPECT_EQ(elevator->stock_kg(), 26'480u);
  EXPECT_EQ(elevator->credited_kg(), 25'433u);
  EXPECT_EQ(elevator->live_receipts_kg(), 0u);
}

TEST(CloseTicket, story_what_joins_a_batch) {
  Chain chain;
  ElevatorStory story(chain);
  const auto neighbour = chain.company("Neighbour");
  const std::uint64_t batch = story.deliver(story.farmer(), {.kg = 20'000}).batch;
  EXPECT_EQ(story.deliver(story.farmer(), {.kg = 10'000}).batch, batch);
  EXPECT_EQ(chain.get(kBatches(batch))->credited_kg(), 30'000u);
  EXPECT_NE(story.deliver(neighbour).batch, batch);
  EXPECT_NE(story.deliver(story.farmer(), {.grain_class = 4}).batch, batch);
  EXPECT_NE(story.deliver(story.farmer(), {.crop_year = 2025}).batch, batch);
  EXPECT_EQ(story.deliver(story.farmer(), {.kg = 1}).batch, batch);
}

// The grain is in the bin already; a licence that was suspended meanwhile takes no credit from its
// owner.
TEST(CloseTicket, story_under_suspension) {
  Chain chain;
  ElevatorStory story(chain);
  const auto truck = story.ticket(story.farmer());
  const std::uint64_t ticket = story.weighed(truck, 20'000);
  chain.ok(story.laboratory(), story.analysis(truck));
  story.suspend_licence(story.operator_licence(), story.elevator_operator());
  chain.ok(story.elevator_operator(), verbs::CloseTicket{ticket});
}

TEST(CloseTicket, refusals_in_order) {
  Chain chain;
  ElevatorStory story(chain, 200'000);
  const auto& owner = story.elevator_operator();
  chain.refuse(story.farmer(), verbs::CloseTicket{0}, CloseTicket::NO_SUCH_TICKET);
  const verbs::DefineBasisProfile flax_basis{v1::FLAX, "GOST 10582-76", 1'300, 300};
  auto flax = story.ticket(story.farmer());
  flax.crop = v1::FLAX;
  flax.basis_profile = chain.ok(chain.registrar(), flax_basis);
  const std::uint64_t rejected = story.open(story.ticket(story.farmer()));
  chain.ok(owner, verbs::RejectTicket{rejected, v1::LEFT});
  chain.refuse(owner, verbs::CloseTicket{rejected}, CloseTicket::TICKET_REJECTED);
  const verbs::CloseTicket verb{story.open(flax)};
  chain.refuse(story.farmer(), verb, CloseTicket::NOT_OPERATOR);
  chain.refuse(owner, verb, CloseTicket::NOT_WEIGHED);
  chain.ok(owner, verbs::WeighTicket{verb.ticket, 180'000, 10'000});
  chain.refuse(owner, verb, CloseTicket::NO_ANALYSIS);
  auto analysis = story.analysis(flax, {.foreign_matter_bps = 10'000});
  chain.ok(story.laboratory(), analysis);

  auto truck = story.ticket(story.farmer());
  const std::uint64_t heavy = story.weighed(truck, 175'000);
  chain.ok(story.laboratory(), story.analysis(truck, {.foreign_matter_bps = 10'000}));
  const auto delivered = story.deliver(story.farmer(), {.kg = 30'000});
  chain.refuse(owner, verbs::CloseTicket{delivered.ticket}, CloseTicket::ALREADY_CLOSED);
  chain.refuse(owner, verb, CloseTicket::BIN_OTHER_CROP);
  chain.refuse(owner, verbs::CloseTicket{heavy}, CloseTicket::NO_ROOM);

  truck = story.ticket(story.farmer());
  const std::uint64_t dirt = story.weighed(truck, 20'000);
  chain.ok(story.laboratory(), story.analysis(truck, {.foreign_matter_bps = 10'000}));
  chain.refuse(owner, verbs::CloseTicket{dirt}, CloseTicket::NO_CREDIT);
}

TEST(CloseTicket, property_counters_are_the_sums_of_the_tickets) {
  Chain chain;
  ElevatorStory story(chain);
  const test::Actor depositors[] = {story.farmer(), chain.company("Second"), chain.person()};
  std::mt19937_64 random(1);
  std::map<std::uint64_t, std::uint64_t> credited_by_batch;
  std::uint64_t net_kg = 0;
  std::uint64_t credited_kg = 0;
  for (int i = 0; i < 40; ++i) {
    const test::Load load{.kg = 1'000 + random() % 100'000,
                          .moisture_bps = static_cast<std::uint32_t>(1'000 + random() % 1'500),
                          .foreign_matter_bps = static_cast<std::uint32_t>(random() % 900),
                          .grain_class = static_cast<std::uint32_t>(random() % 6)};
    const auto delivered = story.deliver(depositors[random() % 3], load);
    const auto credit = credit_weight(
        *Kg::of(load.kg), {*Bps::of(load.moisture_bps), *Bps::of(load.foreign_matter_bps)},
        {*Bps::of(1'400), *Bps::of(200)});
    EXPECT_EQ(chain.get(kTickets(delivered.ticket))->credit_kg(), credit->count());
    credited_by_batch[delivered.batch] += credit->count();
    credited_kg += credit->count();
    net_kg += load.kg;
  }
  for (const auto& [batch, kg] : credited_by_batch)
    EXPECT_EQ(chain.get(kBatches(batch))->credited_kg(), kg);
  EXPECT_EQ(chain.get(kElevators(story.elevator()))->credited_kg(), credited_kg);
  EXPECT_EQ(chain.get(kElevators(story.elevator()))->stock_kg(), net_kg);
  EXPECT_EQ(chain.get(kBins(story.bin()))->balance_kg(), net_kg);
}

bool is_analysed(sim::World& world, const v1::Ticket& row) {
  return row.state() == v1::WEIGHED && sim::analysis_of(world, row) != 0;
}

bool is_worthless(sim::World& world, const v1::Ticket& row) {
  return world.analyses.find(sim::analysis_of(world, row))->foreign_matter_bps() == 10'000;
}

bool has_room(sim::World& world, const v1::Ticket& row) {
  const v1::Bin& bin = *world.bins.find(row.bin());
  return row.gross_kg() - row.tare_kg() <= bin.capacity_kg() - bin.balance_kg();
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::CloseTicket>([](sim::World& world, auto& draft) {
      return sim::ticket_where(world, draft, [&](const auto& row) {
        return is_analysed(world, row) && sim::fits_bin(world, row) && has_room(world, row) &&
               !is_worthless(world, row);
      });
    })
        .in_demand(2)
        .refuses(CloseTicket::NO_SUCH_TICKET, sim::kNoTicket)
        .refuses(CloseTicket::NOT_OPERATOR, sim::kSomebodyElse)
        .refuses_instead(CloseTicket::ALREADY_CLOSED,
                         [](sim::World& world, auto& draft) {
                           return sim::ticket_where(world, draft, [](const auto& row) {
                             return row.state() == v1::CLOSED;
                           });
                         })
        .refuses_instead(CloseTicket::TICKET_REJECTED,
                         [](sim::World& world, auto& draft) {
                           return sim::ticket_where(world, draft, [](const auto& row) {
                             return row.state() == v1::REJECTED;
                           });
                         })
        .refuses_instead(CloseTicket::NOT_WEIGHED,
                         [](sim::World& world, auto& draft) {
                           return sim::ticket_where(world, draft, [](const auto& row) {
                             return row.state() == v1::OPEN;
                           });
                         })
        .refuses_instead(CloseTicket::NO_ANALYSIS,
                         [](sim::World& world, auto& draft) {
                           return sim::ticket_where(world, draft, [&](const auto& row) {
                             return row.state() == v1::WEIGHED && sim::analysis_of(world, row) == 0;
                           });
                         })
        .refuses_instead(CloseTicket::BIN_OTHER_CROP,
                         [](sim::World& world, auto& draft) {
                           return sim::ticket_where(world, draft, [&](const auto& row) {
                             return is_analysed(world, row) && !sim::fits_bin(world, row);
                           });
                         })
        .refuses_instead(CloseTicket::NO_ROOM,
                         [](sim::World& world, auto& draft) {
                           return sim::ticket_where(world, draft, [&](const auto& row) {
                             return is_analysed(world, row) && sim::fits_bin(world, row) &&
                                    !has_room(world, row);
                           });
                         })
        .refuses_instead(CloseTicket::NO_CREDIT, [](sim::World& world, auto& draft) {
          return sim::ticket_where(world, draft, [&](const auto& row) {
            return is_analysed(world, row) && sim::fits_bin(world, row) && has_room(world, row) &&
                   is_worthless(world, row);
          });
        });

}  // namespace
}  // namespace astyq::elevators
