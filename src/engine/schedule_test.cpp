// SPDX-License-Identifier: Apache-2.0
#include "engine/schedule.h"

#include <gtest/gtest.h>

#include "engine/genesis.h"
#include "ledger/state.gen.h"
#include "support/payments_story.h"
#include "support/receipts_story.h"

namespace astyq::engine {
namespace {

using ledger::v1::EXPIRE_DELIVERY_OFFER;
using ledger::v1::EXPIRE_TRANSFER_OFFER;
using test::Chain;

std::size_t jobs_of(const Chain& chain) {
  std::size_t jobs = 0;
  for (auto at = chain.engine().tree().lower_bound(ledger::kDueJobs(0, 0, 0).key);
       at && at->first.type() == ledger::kDueJobs.type;
       at = chain.engine().tree().upper_bound(at->first))
    ++jobs;
  return jobs;
}

// Whatever ends before its time leaves no row behind, however often that happens.
TEST(Schedule, what_is_taken_back_leaves_no_job) {
  Chain chain;
  test::DeliveryStory story(chain);
  const auto& farmer = story.farmer();
  const std::uint64_t receipt = story.receipt();
  for (int i = 0; i < 20; ++i) {
    const std::uint64_t delivery = chain.ok(farmer, story.receipt_offer());
    EXPECT_EQ(jobs_of(chain), 1u);
    chain.ok(farmer, verbs::WithdrawDelivery{delivery});
    chain.ok(farmer, verbs::OfferTransfer{.receipt = receipt, .to = story.mill().party});
    chain.ok(story.mill(), verbs::WithdrawTransfer{.receipt = receipt});
    chain.ok(farmer, verbs::OrderRedemption{.receipt = receipt, .receiver = farmer.party});
    chain.ok(farmer, verbs::CancelRedemption{.receipt = receipt});
    EXPECT_EQ(jobs_of(chain), 0u);
  }
  const std::uint64_t delivery = chain.ok(farmer, story.receipt_offer());
  chain.ok(story.mill(), verbs::AcceptDelivery{delivery});
  EXPECT_EQ(jobs_of(chain), 0u) << "delivered";
  chain.ok(story.mill(), verbs::OfferTransfer{.receipt = receipt, .to = farmer.party});
  chain.ok(farmer, verbs::AcceptTransfer{.receipt = receipt});
  EXPECT_EQ(jobs_of(chain), 0u) << "transferred";
}

TEST(Schedule, a_proposal_that_ends_leaves_no_job) {
  Chain chain;
  test::ReceiptStory story(chain);
  const std::uint64_t proposal = story.proposed(story.farmer(), {1'000});
  EXPECT_EQ(jobs_of(chain), 1u);
  chain.ok(story.farmer(), verbs::WithdrawProposal{proposal});
  EXPECT_EQ(jobs_of(chain), 0u);
  story.receipt(story.farmer(), 1'000);
  EXPECT_EQ(jobs_of(chain), 0u) << "issued";
}

TEST(Schedule, a_transaction_of_many_offers_leaves_no_more_than_it_found) {
  Chain chain;
  test::DeliveryStory story(chain);
  std::vector<base::v1::Operation> operations;
  for (int i = 0; i < 100; ++i) {
    operations.push_back(
        verbs::OfferTransfer{.receipt = story.receipt(), .to = story.mill().party}.operation());
    operations.push_back(verbs::WithdrawTransfer{.receipt = story.receipt()}.operation());
  }
  for (const auto& result : chain.apply_batch(story.farmer(), operations).operations)
    EXPECT_EQ(result.refusal, kAccepted);
  EXPECT_EQ(jobs_of(chain), 0u);
}

struct Jobs : testing::Test {
  store::Tree tree;
  Overlay overlay{tree};
  Rules rules = default_rules();
  std::int64_t now_ns = 1;

  View view() { return {overlay, rules, {1, now_ns, now_ns}}; }
  std::size_t rows() {
    std::size_t rows = 0;
    for (auto key = overlay.first_from(ledger::kDueJobs(0, 0, 0).key);
         key && key->type() == ledger::kDueJobs.type; ++rows)
      key = overlay.first_from(store::RowKey(Bytes(key->bytes()) + '\0'));
    return rows;
  }
  void run() {
    View now = view();
    run_due_jobs(now);
  }
};

TEST_F(Jobs, are_known_by_time_kind_and_subject) {
  view().schedule(EXPIRE_DELIVERY_OFFER, 7, 100);
  view().schedule(EXPIRE_DELIVERY_OFFER, 7, 100);
  EXPECT_EQ(rows(), 1u) << "asked for twice, done once";
  view().schedule(EXPIRE_DELIVERY_OFFER, 7, 101);
  view().schedule(EXPIRE_DELIVERY_OFFER, 8, 100);
  view().schedule(EXPIRE_TRANSFER_OFFER, 7, 100);
  EXPECT_EQ(rows(), 4u);
  view().cancel(EXPIRE_DELIVERY_OFFER, 7, 100);
  EXPECT_EQ(rows(), 3u);
  view().cancel(EXPIRE_DELIVERY_OFFER, 7, 100);  // there is none any more
  EXPECT_EQ(rows(), 3u);
  now_ns = 100;
  run();
  EXPECT_EQ(rows(), 1u) << "the one of 101 is left";
}

TEST_F(Jobs, a_block_does_a_bounded_number_and_the_next_one_goes_on) {
  rules.set_max_jobs_per_block(3);
  for (std::uint64_t subject = 1; subject <= 8; ++subject)
    view().schedule(EXPIRE_DELIVERY_OFFER, subject, 100);
  now_ns = 200;
  for (const std::size_t left : {5u, 2u, 0u, 0u}) {
    run();
    EXPECT_EQ(rows(), left);
  }
}

// In one block, among as many that were taken back in it. Were each job looked for from the start,
// past all that the block has erased, this would take minutes.
TEST_F(Jobs, take_time_in_proportion_to_their_number) {
  constexpr std::uint64_t kMany = 60'000;
  rules.set_max_jobs_per_block(kMany);
  for (std::uint64_t subject = 1; subject <= 2 * kMany; ++subject)
    view().schedule(EXPIRE_DELIVERY_OFFER, subject, 100);
  store::Tree filed;
  filed.apply(overlay.changes());
  Overlay block(filed);
  View now(block, rules, {2, 100, 100});
  for (std::uint64_t subject = 1; subject <= kMany; ++subject)
    now.cancel(EXPIRE_DELIVERY_OFFER, subject, 100);
  run_due_jobs(now);
  EXPECT_FALSE(block.first_from(ledger::kDueJobs(0, 0, 0).key).has_value());
}

}  // namespace
}  // namespace astyq::engine
