// SPDX-License-Identifier: Apache-2.0
#include "engine/bundle.h"
#include "ledger/rules.h"
#include "node/consortium_nodes_test.h"

namespace astyq::node {
namespace {

using test::kPatience;
using test::kStepNs;

using ConsortiumTest = test::ConsortiumNodes;

TEST_F(ConsortiumTest, story) {
  auto one = submit(0, {person(1)});
  auto other = submit(1, {person(2)});
  wait_for_bundles(2);
  decide();
  for (auto* future : {&one, &other}) {
    const Answer answer = answer_of(*future);
    EXPECT_EQ(answer.fate, Fate::kApplied);
    EXPECT_EQ(answer.height, 1u);
    EXPECT_FALSE(answer.operations.at(0).refusal.refused());
  }
  EXPECT_EQ(of(0).standing().height, 1u);
  EXPECT_EQ(of(0).standing().root, roots_.back());
}

// The same transaction through two nodes is applied once; who comes second is told so.
TEST_F(ConsortiumTest, once_means_once_whatever_node_was_asked) {
  auto one = submit(0, {person(1)});
  auto other = submit(1, {person(1)});
  wait_for_bundles(2);
  decide();
  const Answer first = answer_of(one);
  const Answer second = answer_of(other);
  EXPECT_NE(first.fate, second.fate);
  for (const Answer* answer : {&first, &second})
    EXPECT_TRUE(answer->fate == Fate::kApplied || answer->fate == Fate::kAlreadyApplied);
}

// What the engine's pool lost comes again; what is too late by then is told, and was not applied.
TEST_F(ConsortiumTest, nothing_taken_is_forgotten) {
  lose_bundles(true);
  auto kept = submit(0, {person(1, 58 * kSecondNs)});
  auto late = submit(1, {person(2, kSecondNs)});
  wait_for_offers(2);
  lose_bundles(false);
  decide(2 * kSecondNs);
  wait_for_bundles(1);
  decide();
  EXPECT_EQ(answer_of(kept).fate, Fate::kApplied);
  const Answer answer = answer_of(late);
  EXPECT_EQ(answer.fate, Fate::kNotAdmitted);
  EXPECT_EQ(answer.admission, Refusal(base::v1::EXPIRED));
}

// An engine that takes nothing does not make a node take everything.
TEST_F(ConsortiumTest, what_is_under_way_is_bounded) {
  nodes_[0].reset();
  configs_[0].pool_transactions = 4;
  open(0);
  lose_bundles(true);
  std::vector<std::future<std::vector<Answer>>> taken;
  std::string code;
  for (std::uint64_t i = 1; code.empty() && i <= 40; ++i) {
    const auto promise = std::make_shared<std::promise<std::vector<Answer>>>();
    const Status status = nodes_[0]->submit(
        {person(i)}, [promise](auto answers) { promise->set_value(std::move(answers)); });
    if (!status.ok()) code = status.fault().code;
    if (status.ok()) taken.push_back(promise->get_future());
    wait_for_offers(std::min<std::size_t>(taken.size(), 1));
  }
  EXPECT_EQ(code, "pool_full");
  EXPECT_LE(taken.size(), 12u);
  nodes_[0]->stop();
  for (auto& answer : taken) EXPECT_EQ(answer_of(answer).fate, Fate::kUnknown);
}

// A restart finds what is in the image, and the engine brings the blocks above it again.
TEST_F(ConsortiumTest, a_restart_goes_on_from_what_is_on_the_disk) {
  for (std::uint64_t i = 1; i <= 3; ++i) {
    auto answer = submit(0, {person(i)});
    wait_for_bundles(1);
    decide();
    EXPECT_EQ(answer_of(answer).fate, Fate::kApplied);
  }
  nodes_[1].reset();  // in order: its image is whole
  open(1);
  EXPECT_EQ(of(1).standing().height, 3u);
  EXPECT_EQ(of(1).standing().root, roots_[2]);
  // Decided and not committed, as when the engine stops in between: it comes again.
  time_ns_ += kStepNs;
  decided_.push_back({time_ns_, {}});
  const Hash once = decide_on(1, 4, false);
  EXPECT_EQ(of(1).standing().height, 3u);
  EXPECT_EQ(decide_on(1, 4, true), once);
  EXPECT_EQ(decide_on(0, 4, true), once);
  EXPECT_EQ(of(1).standing().height, 4u);
}

// Voted for by all, a version that this program does not know is told of from then on. The node
// follows the network up to the last block before it, and takes no part in the next.
TEST_F(ConsortiumTest, stops_before_the_first_block_of_a_version_that_it_does_not_know) {
  nodes_[0].reset();
  configs_[0].checkpoint_s = 3'600;
  open(0);
  std::vector<base::v1::Operation> votes;
  for (const std::uint64_t validator : {1u, 2u})
    votes.push_back(verbs::CastVersionVote{validator, kProtocolVersion + 1}.operation());
  auto answer = submit(0, {signed_tx(votes, Bytes(16, 'v'))});
  wait_for_bundles(1);
  decide();
  for (const auto& operation : answer_of(answer).operations)
    EXPECT_FALSE(operation.refusal.refused());
  const std::uint64_t last = kNoticeBlocks;  // scheduled by block 1
  while (decided_.size() < last) {
    EXPECT_TRUE(nodes_[0]->not_ready().empty());
    decide();
  }
  for (const auto& node : nodes_) EXPECT_EQ(node->wait().fault().code, "protocol_unknown");
  EXPECT_EQ(of(0).standing().height, last);
  EXPECT_EQ(of(0).judge({last + 1, time_ns_ + kStepNs, {}, {}}).fault().code, "protocol_unknown");
  EXPECT_EQ(of(0).decide({last + 1, time_ns_ + kStepNs, {}, {}}).fault().code, "protocol_unknown");
  nodes_[0].reset();
  // What it had not written yet the engine brings again, and it stops at the same place.
  open(0);
  for (std::uint64_t height = of(0).standing().height + 1; height <= last; ++height)
    decide_on(0, height, true);
  EXPECT_EQ(nodes_[0]->wait().fault().code, "protocol_unknown");
  EXPECT_EQ(of(0).standing().root, roots_.back());
}

// What an honest proposer leaves out, a validator refuses, and a ledger treats as empty.
TEST_F(ConsortiumTest, a_block_with_a_void_bundle_is_refused_and_harms_nobody) {
  auto answer = submit(0, {person(1)});
  wait_for_bundles(1);
  const Bytes good = pool_.bundles.front();
  Bytes forged = good;
  forged.back() = static_cast<char>(forged.back() ^ 1);
  const std::vector<BytesView> views{forged};
  time_ns_ += kStepNs;
  const Consensus::Block block{1, time_ns_, views, {}};
  EXPECT_TRUE(of(0).choose(views, 1u << 20, time_ns_).empty());
  EXPECT_EQ(of(1).judge(block).fault().code, "bundle_member_void");
  EXPECT_EQ(of(1).check(forged).fault().code, "bundle_member_void");
  const auto decision = of(1).decide(block);
  ASSERT_TRUE(decision.ok());
  const auto empty = of(0).decide({1, time_ns_, {}, {}});
  ASSERT_TRUE(empty.ok());
  EXPECT_EQ(decision->root, empty->root);
  for (std::size_t i = 0; i < kNodes; ++i) ASSERT_TRUE(of(i).commit().ok());
  decided_.push_back({time_ns_, {}});
  decide();
  EXPECT_EQ(answer_of(answer).fate, Fate::kApplied);
}

// Whoever waits when a node stops hears that nobody knows, never that nothing happened.
TEST_F(ConsortiumTest, what_is_under_way_when_it_stops_is_unknown) {
  auto answer = submit(0, {person(1)});
  wait_for_bundles(1);
  nodes_[0]->stop();
  EXPECT_EQ(answer_of(answer).fate, Fate::kUnknown);
}

}  // namespace
}  // namespace astyq::node
