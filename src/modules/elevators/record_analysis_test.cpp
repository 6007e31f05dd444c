// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "crypto/sha256.h"
#include "elevators/handlers.gen.h"
#include "elevators/state.gen.h"
#include "sim/ticket_ways.h"
#include "support/elevators_story.h"

namespace astyq::elevators {
namespace {

using test::Chain;
using test::ElevatorStory;
using v1::RecordAnalysis;

TEST(RecordAnalysis, story) {
  Chain chain;
  ElevatorStory story(chain);
  const auto truck = story.ticket(story.farmer());
  const std::uint64_t ticket = story.open(truck);
  auto verb = story.analysis(truck, {.moisture_bps = 1'620, .foreign_matter_bps = 340});
  verb.generated = 3;
  const std::uint64_t first = chain.ok(story.laboratory(), verb);
  const auto row = chain.get(kAnalyses(first));
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->laboratory(), story.laboratory().party);
  EXPECT_EQ(row->sample_code(), truck.sample_code);
  EXPECT_EQ(row->moisture_bps(), 1'620u);
  EXPECT_EQ(row->foreign_matter_bps(), 340u);
  EXPECT_EQ(row->protein_bps(), verb.protein_bps);
  EXPECT_EQ(row->gluten_bps(), verb.gluten_bps);
  EXPECT_EQ(row->falling_number_s(), verb.falling_number_s);
  EXPECT_EQ(row->test_weight_g_per_l(), verb.test_weight_g_per_l);
  EXPECT_EQ(row->grain_class(), 3u);
  EXPECT_EQ(row->generated(), 3u);
  EXPECT_EQ(row->supersedes(), 0u);
  EXPECT_EQ(row->recorded_at_ns(), chain.now_ns());

  // A second look at the same sample takes the first one's place; the first stays readable.
  verb.moisture_bps = 1'600;
  const std::uint64_t second = chain.ok(story.laboratory(), verb);
  EXPECT_EQ(chain.get(kAnalyses(second))->supersedes(), first);
  const auto sample = chain.get(kSampleAnalyses(crypto::sha256(truck.sample_code)));
  EXPECT_EQ(sample->analysis(), second);
  EXPECT_EQ(sample->ticket(), ticket);
  EXPECT_TRUE(chain.get(kAnalyses(first)).has_value());
}

// The code of a sample is for all to see; a licence alone lets nobody speak about it.
TEST(RecordAnalysis, story_another_laboratory_has_no_say) {
  Chain chain;
  ElevatorStory story(chain);
  const auto other = chain.company("Another Laboratory");
  story.grant_licence(other, licences::v1::LABORATORY);
  auto truck = story.ticket(story.farmer());
  story.open(truck);
  const std::uint64_t found = chain.ok(story.laboratory(), story.analysis(truck));
  chain.refuse(other, story.analysis(truck), RecordAnalysis::NOT_THE_LABORATORY);
  const auto sample = kSampleAnalyses(crypto::sha256(truck.sample_code));
  EXPECT_EQ(chain.get(sample)->analysis(), found);

  truck = story.ticket(story.farmer());
  truck.laboratory = other.party;
  story.open(truck);
  chain.refuse(story.laboratory(), story.analysis(truck), RecordAnalysis::NOT_THE_LABORATORY);
  chain.ok(other, story.analysis(truck));
}

TEST(RecordAnalysis, refusals_in_order) {
  Chain chain;
  ElevatorStory story(chain);
  const auto& laboratory = story.laboratory();
  const auto other = chain.company("Another Laboratory");
  story.grant_licence(other, licences::v1::LABORATORY);
  const auto truck = story.ticket(story.farmer());
  verbs::RecordAnalysis verb{Bytes(16, 'x'), 0, 10'001, 299, 499, 59, 199, 6, 8};
  chain.refuse(laboratory, verb, RecordAnalysis::WRONG_MOISTURE);
  verb.moisture_bps = 99;
  chain.refuse(laboratory, verb, RecordAnalysis::WRONG_MOISTURE);
  verb.moisture_bps = 6'001;
  chain.refuse(laboratory, verb, RecordAnalysis::WRONG_MOISTURE);
  verb.moisture_bps = 6'000;
  chain.refuse(laboratory, verb, RecordAnalysis::WRONG_FOREIGN_MATTER);
  verb.foreign_matter_bps = 10'000;
  chain.refuse(laboratory, verb, RecordAnalysis::WRONG_PROTEIN);
  verb.protein_bps = 300;
  chain.refuse(laboratory, verb, RecordAnalysis::WRONG_GLUTEN);
  verb.gluten_bps = 500;
  chain.refuse(laboratory, verb, RecordAnalysis::WRONG_FALLING_NUMBER);
  verb.falling_number_s = 60;
  chain.refuse(laboratory, verb, RecordAnalysis::WRONG_TEST_WEIGHT);
  verb.test_weight_g_per_l = 200;
  chain.refuse(laboratory, verb, RecordAnalysis::WRONG_CLASS);
  verb.grain_class = 5;
  chain.refuse(laboratory, verb, RecordAnalysis::WRONG_GENERATED);
  verb.generated = 7;
  chain.refuse(story.elevator_operator(), verb, RecordAnalysis::NOT_LICENSED);
  chain.refuse(laboratory, verb, RecordAnalysis::NO_SUCH_SAMPLE);

  const std::uint64_t ticket = story.weighed(truck, 20'000);
  const auto analysis = story.analysis(truck);
  chain.ok(laboratory, analysis);
  chain.ok(story.elevator_operator(), verbs::CloseTicket{ticket});
  chain.refuse(other, analysis, RecordAnalysis::NOT_THE_LABORATORY);
  chain.refuse(laboratory, analysis, RecordAnalysis::TICKET_CLOSED);
  const auto gone = story.ticket(story.farmer());
  chain.ok(story.elevator_operator(), verbs::RejectTicket{story.open(gone), v1::LEFT});
  chain.refuse(laboratory, story.analysis(gone), RecordAnalysis::TICKET_REJECTED);
  story.suspend_licence(story.laboratory_licence(), laboratory);
  chain.refuse(laboratory, analysis, RecordAnalysis::NOT_LICENSED);
}

TEST(RecordAnalysis, property_implausible_values_never_enter) {
  Chain chain;
  ElevatorStory story(chain);
  const auto truck = story.ticket(story.farmer());
  story.open(truck);
  std::mt19937_64 random(1);
  const auto near = [&](std::uint32_t limit) {
    return random() % 4 == 0 ? 0 : static_cast<std::uint32_t>(limit - 2 + random() % 5);
  };
  std::uint64_t newest = 0;
  for (int i = 0; i < 200; ++i) {
    auto verb = story.analysis(truck);
    verb.moisture_bps = near(random() % 2 == 0 ? 100 : 6'000);
    verb.falling_number_s = near(random() % 2 == 0 ? 60 : 900);
    verb.protein_bps = near(random() % 2 == 0 ? 300 : 5'000);
    const auto within = [](std::uint32_t value, std::uint32_t least, std::uint32_t most) {
      return value == 0 || (least <= value && value <= most);
    };
    const auto result = chain.apply(story.laboratory(), verb.operation());
    ASSERT_EQ(!result.refusal.refused(),
              verb.moisture_bps != 0 && within(verb.moisture_bps, 100, 6'000) &&
                  within(verb.falling_number_s, 60, 900) && within(verb.protein_bps, 300, 5'000));
    if (result.refusal.refused()) continue;
    EXPECT_EQ(chain.get(kAnalyses(result.first_id))->supersedes(), newest);
    newest = result.first_id;
  }
}

template <typename Fits>
bool some_sample(sim::World& world, sim::Draft<verbs::RecordAnalysis>& draft, Fits fits) {
  const auto* ticket = world.tickets.pick(world.dice, fits);
  if (ticket == nullptr) return false;
  draft.party = ticket->second.laboratory();
  draft.verb.sample_code = ticket->second.sample_code();
  draft.verb.moisture_bps = static_cast<std::uint32_t>(world.dice.between(1'000, 2'500));
  draft.verb.foreign_matter_bps = static_cast<std::uint32_t>(world.dice.between(0, 800));
  draft.verb.protein_bps = 1'200;
  draft.verb.grain_class = world.dice.percent(80) ? 3 : 4;
  return world.is_licensed(draft.party, licences::v1::LABORATORY) && !world.is_frozen(draft.party);
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::RecordAnalysis>([](sim::World& world, auto& draft) {
      const bool again = world.dice.percent(20);
      const bool found = some_sample(world, draft, [&](const v1::Ticket& row) {
        return sim::is_under_way(row) && (again || sim::analysis_of(world, row) == 0);
      });
      if (!found) return false;
      if (world.dice.percent(3)) draft.verb.foreign_matter_bps = 10'000;
      return true;
    })
        .refuses(RecordAnalysis::WRONG_MOISTURE,
                 [](sim::World& world, auto& draft) {
                   draft.verb.moisture_bps = world.dice.percent(50) ? 0 : 6'001;
                 })
        .refuses(RecordAnalysis::WRONG_FOREIGN_MATTER,
                 [](sim::World&, auto& draft) { draft.verb.foreign_matter_bps = 10'001; })
        .refuses(RecordAnalysis::WRONG_PROTEIN,
                 [](sim::World&, auto& draft) { draft.verb.protein_bps = 5'001; })
        .refuses(RecordAnalysis::WRONG_GLUTEN,
                 [](sim::World&, auto& draft) { draft.verb.gluten_bps = 499; })
        .refuses(RecordAnalysis::WRONG_FALLING_NUMBER,
                 [](sim::World&, auto& draft) { draft.verb.falling_number_s = 901; })
        .refuses(RecordAnalysis::WRONG_TEST_WEIGHT,
                 [](sim::World&, auto& draft) { draft.verb.test_weight_g_per_l = 199; })
        .refuses(RecordAnalysis::WRONG_CLASS,
                 [](sim::World&, auto& draft) { draft.verb.grain_class = 6; })
        .refuses(RecordAnalysis::WRONG_GENERATED,
                 [](sim::World&, auto& draft) { draft.verb.generated = 8; })
        .refuses(RecordAnalysis::NOT_LICENSED,
                 [](sim::World& world, auto& draft) { draft.party = world.traders.back(); })
        .refuses(
            RecordAnalysis::NO_SUCH_SAMPLE,
            [](sim::World& world, auto& draft) { draft.verb.sample_code = world.dice.bytes(16); })
        .refuses(RecordAnalysis::NOT_THE_LABORATORY,
                 [](sim::World& world, auto& draft) {
                   const std::uint64_t named = draft.party;
                   draft.party = world.dice.pick(world.laboratories);
                   return draft.party != named && !world.is_frozen(draft.party) &&
                          world.is_licensed(draft.party, licences::v1::LABORATORY);
                 })
        .refuses_instead(RecordAnalysis::TICKET_CLOSED,
                         [](sim::World& world, auto& draft) {
                           return some_sample(world, draft, [](const v1::Ticket& row) {
                             return row.state() == v1::CLOSED;
                           });
                         })
        .refuses_instead(RecordAnalysis::TICKET_REJECTED, [](sim::World& world, auto& draft) {
          return some_sample(world, draft,
                             [](const v1::Ticket& row) { return row.state() == v1::REJECTED; });
        });

}  // namespace
}  // namespace astyq::elevators
