// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>
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
using v1::IssueReceipt;

elevators::v1::Batch batch_of(const Chain& chain, std::uint64_t batch) {
  return chain.read([=](const View& view) { return *elevators::find_batch(view, batch); });
}

elevators::v1::Elevator elevator_of(const Chain& chain, std::uint64_t elevator) {
  return chain.read([=](const View& view) { return *elevators::find(view, elevator); });
}

TEST(IssueReceipt, story) {
  Chain chain;
  test::ReceiptStory story(chain);
  const std::uint64_t proposal = story.countersigned(story.farmer(), {10'000, 15'000});
  const auto order = chain.get(kReceiptProposals(proposal));
  const auto result = chain.apply(chain.registrar(), verbs::IssueReceipt{proposal}.operation());
  ASSERT_FALSE(result.refusal.refused());
  EXPECT_EQ(result.count, 2u);

  const auto batch = batch_of(chain, order->batch());
  for (std::uint32_t i = 0; i < 2; ++i) {
    const auto row = chain.get(kReceipts(result.first_id + i));
    ASSERT_TRUE(row.has_value());
    EXPECT_EQ(row->elevator(), story.grain().elevator());
    EXPECT_EQ(row->batch(), order->batch());
    EXPECT_EQ(row->grade().SerializeAsString(), batch.grade().SerializeAsString());
    EXPECT_EQ(row->grade().grain_class(), 3u);
    EXPECT_EQ(row->kg(), i == 0 ? 10'000u : 15'000u);
    EXPECT_EQ(row->issued_kg(), row->kg());
    EXPECT_EQ(row->state(), v1::ACTIVE);
    EXPECT_EQ(row->issued_at_ns(), chain.now_ns());
    EXPECT_EQ(row->paid_until_ns(), order->paid_until_ns());
    EXPECT_EQ(row->restricted().holder(), story.farmer().party);
    EXPECT_EQ(row->restricted().depositor(), story.farmer().party);
    EXPECT_TRUE(is_free(*row));
    EXPECT_EQ(row->parents_size(), 0);
  }
  EXPECT_FALSE(chain.get(kReceiptProposals(proposal)).has_value());
  EXPECT_EQ(batch.proposed_kg(), 0u);
  EXPECT_EQ(batch.receipted_kg(), 25'000u);
  EXPECT_EQ(elevator_of(chain, story.grain().elevator()).live_receipts_kg(), 25'000u);
}

TEST(IssueReceipt, refusals_in_order) {
  Chain chain;
  test::ReceiptStory story(chain);
  const auto& registrar = chain.registrar();
  const std::uint64_t id = story.proposed(story.farmer(), {10'000, 15'000});
  const verbs::IssueReceipt verb{id};
  const std::uint64_t elevator = story.grain().elevator();
  story.grain().set_regime(elevators::v1::SHIPMENT_BAN);
  chain.ok(registrar, verbs::ChangeCapacity{elevator, 24'999});

  chain.refuse(story.farmer(), verb, base::v1::NO_PERMISSION);
  chain.refuse(registrar, verbs::IssueReceipt{id + 1}, IssueReceipt::NO_SUCH_PROPOSAL);
  EXPECT_EQ(refusal_after(chain, registrar, verb,
                          [=](View& view) {
                            v1::Proposal row = view.require(kReceiptProposals(id));
                            row.set_expires_at_running_ns(view.time().running_ns);
                            view.put(kReceiptProposals(id), row);
                          }),
            Refusal(IssueReceipt::PROPOSAL_EXPIRED));
  chain.refuse(registrar, verb, IssueReceipt::NOT_COUNTERSIGNED);
  chain.ok(story.farmer(), verbs::CountersignProposal{id});
  chain.refuse(registrar, verb, IssueReceipt::ELEVATOR_CLOSED);
  story.grain().set_regime(elevators::v1::NORMAL);
  chain.refuse(registrar, verb, IssueReceipt::OVER_CAPACITY);
  chain.ok(registrar, verbs::ChangeCapacity{elevator, 25'000});
  chain.ok(registrar, verb);
  chain.refuse(registrar, verb, IssueReceipt::NO_SUCH_PROPOSAL);

  // Of two orders that fit singly, the second no longer fits.
  chain.ok(registrar, verbs::ChangeCapacity{elevator, 45'000});
  const std::uint64_t first = story.countersigned(story.farmer(), {15'000});
  const std::uint64_t second = story.countersigned(story.farmer(), {15'000});
  chain.ok(registrar, verbs::IssueReceipt{first});
  chain.refuse(registrar, verbs::IssueReceipt{second}, IssueReceipt::OVER_CAPACITY);
}

// Whoever brings whatever: live kilograms of the elevator are those of its receipts, and of its
// batches.
TEST(IssueReceipt, property_counters_are_sums_of_receipts) {
  Chain chain;
  test::ReceiptStory story(chain);
  const std::vector<test::Actor> farmers{story.farmer(), chain.company("A"), chain.company("B")};
  std::mt19937_64 random(703);
  std::map<std::uint64_t, std::uint64_t> of_batch;
  std::uint64_t total = 0;
  for (int i = 0; i < 20; ++i) {
    std::vector<std::uint64_t> weights_kg(1 + random() % 4);
    for (auto& kg : weights_kg) kg = 1 + random() % 30'000;
    const std::uint32_t grain_class = 3 + static_cast<std::uint32_t>(random() % 2);
    const auto ids = story.receipts(farmers[random() % farmers.size()], weights_kg,
                                    {.grain_class = grain_class});
    for (std::size_t k = 0; k < ids.size(); ++k) {
      const auto row = chain.get(kReceipts(ids[k]));
      ASSERT_EQ(row->kg(), weights_kg[k]);
      of_batch[row->batch()] += row->kg();
      total += row->kg();
    }
    ASSERT_EQ(elevator_of(chain, story.grain().elevator()).live_receipts_kg(), total);
  }
  for (const auto& [batch, kg] : of_batch) EXPECT_EQ(batch_of(chain, batch).receipted_kg(), kg);
}

std::uint64_t total_kg(const v1::Proposal& row) {
  std::uint64_t total = 0;
  for (const std::uint64_t kg : row.receipts_kg()) total += kg;
  return total;
}

// A countersigned proposal; whether its elevator is open, and has room for it.
bool some_order(sim::World& world, sim::Draft<verbs::IssueReceipt>& draft, bool open, bool room) {
  if (!sim::some_proposal(world, draft, [&](const auto& row) {
        return row.state() == v1::COUNTERSIGNED && !sim::has_lapsed(world, row) &&
               sim::is_open(world, row.elevator()) == open &&
               (total_kg(row) <= sim::free_capacity_kg(world, row.elevator())) == room;
      }))
    return false;
  draft.party = world.granted("receipts.issue");
  return true;
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::IssueReceipt>(
        [](sim::World& world, auto& draft) { return some_order(world, draft, true, true); })
        .refuses(IssueReceipt::NO_SUCH_PROPOSAL, sim::kNoProposal)
        .refuses_instead(IssueReceipt::PROPOSAL_EXPIRED,
                         [](sim::World& world, auto& draft) {
                           const bool found = sim::some_proposal(
                               world, draft,
                               [&](const auto& row) { return sim::has_lapsed(world, row); });
                           draft.party = sim::kRegistrar;
                           return found;
                         })
        .refuses_instead(IssueReceipt::NOT_COUNTERSIGNED,
                         [](sim::World& world, auto& draft) {
                           const bool found =
                               sim::some_proposal(world, draft, [&](const auto& row) {
                                 return row.state() == v1::PROPOSED && !sim::has_lapsed(world, row);
                               });
                           draft.party = sim::kRegistrar;
                           return found;
                         })
        .refuses_instead(
            IssueReceipt::ELEVATOR_CLOSED,
            [](sim::World& world, auto& draft) { return some_order(world, draft, false, true); })
        .refuses_instead(IssueReceipt::OVER_CAPACITY, [](sim::World& world, auto& draft) {
          return some_order(world, draft, true, false);
        });

}  // namespace
}  // namespace astyq::receipts
