// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "modules/elevators/elevators.h"
#include "modules/receipts/not_free_test.h"
#include "receipts/handlers.gen.h"
#include "receipts/state.gen.h"
#include "sim/elevator_ways.h"
#include "sim/proposal_ways.h"
#include "support/receipts_story.h"

namespace astyq::receipts {
namespace {

using test::Chain;
using v1::WithdrawProposal;

elevators::v1::Batch batch_of(const Chain& chain, std::uint64_t batch) {
  return chain.read([=](const View& view) { return *elevators::find_batch(view, batch); });
}

TEST(WithdrawProposal, story) {
  Chain chain;
  test::ReceiptStory story(chain);
  const std::uint64_t by_elevator = story.proposed(story.farmer(), {25'000});
  const std::uint64_t by_owner = story.countersigned(story.farmer(), {1'000, 2'000});
  const std::uint64_t batch = chain.get(kReceiptProposals(by_owner))->batch();
  EXPECT_EQ(batch_of(chain, batch).proposed_kg(), 28'000u);
  chain.ok(story.elevator_operator(), verbs::WithdrawProposal{by_elevator});
  EXPECT_EQ(batch_of(chain, batch).proposed_kg(), 3'000u);
  chain.ok(story.farmer(), verbs::WithdrawProposal{by_owner});
  EXPECT_EQ(batch_of(chain, batch).proposed_kg(), 0u);
  EXPECT_EQ(elevators::unreceipted_kg(batch_of(chain, batch)), 28'000u);
  EXPECT_FALSE(chain.get(kReceiptProposals(by_elevator)).has_value());
  EXPECT_FALSE(chain.get(kReceiptProposals(by_owner)).has_value());
  chain.wait_days(4);  // their jobs find nothing to do
}

TEST(WithdrawProposal, refusals_in_order) {
  Chain chain;
  test::ReceiptStory story(chain);
  const std::uint64_t id = story.countersigned(story.farmer(), {25'000});
  const verbs::WithdrawProposal verb{id};
  chain.refuse(story.farmer(), verbs::WithdrawProposal{id + 1}, WithdrawProposal::NO_SUCH_PROPOSAL);
  chain.refuse(chain.registrar(), verb, WithdrawProposal::NOT_YOURS);
  chain.refuse(chain.company("Other farm"), verb, WithdrawProposal::NOT_YOURS);
  chain.ok(chain.registrar(), verbs::IssueReceipt{id});
  chain.refuse(story.farmer(), verb, WithdrawProposal::NO_SUCH_PROPOSAL);
}

// Proposing and withdrawing any number of times leaves the batch as it was.
TEST(WithdrawProposal, property_leaves_no_trace) {
  Chain chain;
  test::ReceiptStory story(chain);
  const std::uint64_t batch = story.grain().deliver(story.farmer(), {.kg = 100'000}).batch;
  const Bytes before = batch_of(chain, batch).SerializeAsString();
  std::mt19937_64 random(704);
  for (int i = 0; i < 40; ++i) {
    std::vector<std::uint64_t> weights_kg(1 + random() % 5);
    for (auto& kg : weights_kg) kg = 1 + random() % 20'000;
    const std::uint64_t id = chain.ok(story.elevator_operator(), story.proposal(batch, weights_kg));
    if (random() % 2 == 0) chain.ok(story.farmer(), verbs::CountersignProposal{id});
    chain.ok(random() % 2 == 0 ? story.farmer() : story.elevator_operator(),
             verbs::WithdrawProposal{id});
    ASSERT_EQ(batch_of(chain, batch).SerializeAsString(), before);
  }
}

// Half of them: the others go on to be issued, or lapse.
bool every_other_proposal(sim::World& world, sim::Draft<verbs::WithdrawProposal>& draft) {
  return sim::some_proposal(world, draft, [](const auto&) { return true; }) &&
         draft.verb.proposal % 2 == 0;
}

// What the random run does with the verb.
const auto kPage = sim::Page<verbs::WithdrawProposal>(every_other_proposal)
                       .refuses(WithdrawProposal::NO_SUCH_PROPOSAL, sim::kNoProposal)
                       .refuses(WithdrawProposal::NOT_YOURS, [](sim::World& world, auto& draft) {
                         const auto& row = *world.proposals.find(draft.verb.proposal);
                         draft.party = world.trader_but(draft.party);
                         return draft.party != sim::operator_of(world, row.elevator());
                       });

}  // namespace
}  // namespace astyq::receipts
