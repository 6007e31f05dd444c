// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "modules/elevators/elevators.h"
#include "modules/receipts/not_free_test.h"
#include "receipts/handlers.gen.h"
#include "receipts/state.gen.h"
#include "sim/proposal_ways.h"
#include "support/receipts_story.h"

namespace astyq::receipts {
namespace {

using test::Chain;
using v1::CountersignProposal;

void let_expire(View& view, std::uint64_t proposal) {
  v1::Proposal row = view.require(kReceiptProposals(proposal));
  row.set_expires_at_running_ns(view.time().running_ns);
  view.put(kReceiptProposals(proposal), row);
}

TEST(CountersignProposal, story) {
  Chain chain;
  test::ReceiptStory story(chain);
  const std::uint64_t id = story.proposed(story.farmer(), {10'000, 15'000});
  const auto before = chain.get(kReceiptProposals(id));
  chain.ok(story.farmer(), verbs::CountersignProposal{id});
  auto after = chain.get(kReceiptProposals(id));
  EXPECT_EQ(after->state(), v1::COUNTERSIGNED);
  after->set_state(v1::PROPOSED);
  EXPECT_EQ(after->SerializeAsString(), before->SerializeAsString());
}

TEST(CountersignProposal, refusals_in_order) {
  Chain chain;
  test::ReceiptStory story(chain);
  const std::uint64_t id = story.proposed(story.farmer(), {10'000, 15'000});
  const verbs::CountersignProposal verb{id};
  chain.refuse(story.farmer(), verbs::CountersignProposal{id + 1},
               CountersignProposal::NO_SUCH_PROPOSAL);
  chain.refuse(story.farmer(), verbs::CountersignProposal{}, CountersignProposal::NO_SUCH_PROPOSAL);
  chain.refuse(story.elevator_operator(), verb, CountersignProposal::NOT_DEPOSITOR);
  chain.refuse(chain.registrar(), verb, CountersignProposal::NOT_DEPOSITOR);
  chain.ok(story.farmer(), verb);
  EXPECT_EQ(refusal_after(chain, story.farmer(), verb, [=](View& view) { let_expire(view, id); }),
            Refusal(CountersignProposal::PROPOSAL_EXPIRED));
  chain.refuse(story.farmer(), verb, CountersignProposal::ALREADY_COUNTERSIGNED);
}

// Of many parties only the depositor of the very batch can sign, once.
TEST(CountersignProposal, property_one_signer) {
  Chain chain;
  test::ReceiptStory story(chain);
  std::vector<test::Actor> farmers{story.farmer(), chain.company("A"), chain.company("B")};
  std::vector<std::uint64_t> proposals;
  for (const auto& farmer : farmers) proposals.push_back(story.proposed(farmer, {1'000}));
  std::vector<bool> is_signed(farmers.size());
  std::mt19937_64 random(702);
  for (int i = 0; i < 60; ++i) {
    const std::size_t who = random() % farmers.size(), which = random() % proposals.size();
    const verbs::CountersignProposal verb{proposals[which]};
    if (who != which) {
      chain.refuse(farmers[who], verb, CountersignProposal::NOT_DEPOSITOR);
    } else if (is_signed[which]) {
      chain.refuse(farmers[who], verb, CountersignProposal::ALREADY_COUNTERSIGNED);
    } else {
      chain.ok(farmers[who], verb);
      is_signed[which] = true;
    }
  }
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::CountersignProposal>([](sim::World& world, auto& draft) {
      return sim::some_proposal(world, draft, [&](const auto& row) {
        return row.state() == v1::PROPOSED && !sim::has_lapsed(world, row);
      });
    })
        .refuses(CountersignProposal::NO_SUCH_PROPOSAL, sim::kNoProposal)
        .refuses(CountersignProposal::NOT_DEPOSITOR, sim::kSomebodyElse)
        .refuses_instead(CountersignProposal::PROPOSAL_EXPIRED,
                         [](sim::World& world, auto& draft) {
                           return sim::some_proposal(world, draft, [&](const auto& row) {
                             return sim::has_lapsed(world, row);
                           });
                         })
        .refuses_instead(
            CountersignProposal::ALREADY_COUNTERSIGNED, [](sim::World& world, auto& draft) {
              return sim::some_proposal(world, draft, [&](const auto& row) {
                return row.state() == v1::COUNTERSIGNED && !sim::has_lapsed(world, row);
              });
            });

}  // namespace
}  // namespace astyq::receipts
