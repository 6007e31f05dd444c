// SPDX-License-Identifier: Apache-2.0
#include "abci/grammar.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace astyq::abci {
namespace {

constexpr Grammar::Connection kQuery = 1, kSnapshot = 2, kMempool = 3, kConsensus = 4;

// One step of a story; what it answers where that counts.
struct Step {
  Method method;
  std::int64_t height = 0;  // of the call; for Info: of the answer
  bool good = true;         // answered, and what was offered was accepted
};

// Who asks: CometBFT's four connections, of which each session has its own.
Grammar::Connection asker(Method method, Grammar::Connection session) {
  const Grammar::Connection base = session * 10;
  switch (method) {
    case Method::kInfo:
    case Method::kQuery:
    case Method::kEcho:
      return base + kQuery;
    case Method::kOfferSnapshot:
    case Method::kApplySnapshotChunk:
    case Method::kListSnapshots:
    case Method::kLoadSnapshotChunk:
      return base + kSnapshot;
    case Method::kCheckTx:
    case Method::kInsertTx:
    case Method::kReapTxs:
    case Method::kFlush:
      return base + kMempool;
    default:
      return base + kConsensus;
  }
}

class Story {
 public:
  explicit Story(std::int64_t height = 0) : grammar_(height) {}

  // "" or the code of the refusal.
  std::string take(const Step& step) {
    const Call call{step.method, step.method == Method::kInfo ? 0 : step.height};
    const auto from = asker(step.method, session_);
    EXPECT_FALSE(grammar_.must_wait(step.method));
    if (const auto begun = grammar_.begin(from, call); !begun.ok()) return begun.fault().code;
    Outcome outcome;
    outcome.answered = step.good;
    outcome.accepted = step.good;
    if (step.method == Method::kInfo) outcome.height = step.height;
    grammar_.end(from, call, outcome);
    return "";
  }
  void take_all(const std::vector<Step>& steps) {
    for (std::size_t i = 0; i < steps.size(); ++i)
      EXPECT_EQ(take(steps[i]), "") << "step " << i << ", " << method_name(steps[i].method);
  }
  void block(std::int64_t height) {
    take_all({{Method::kFinalizeBlock, height}, {Method::kCommit}});
  }
  // CometBFT ends; the next one has connections of its own.
  void restart() {
    for (const auto each : {kQuery, kSnapshot, kMempool, kConsensus})
      grammar_.closed(session_ * 10 + each);
    ++session_;
  }

 private:
  Grammar grammar_;
  Grammar::Connection session_ = 1;
};

std::vector<Step> beginning() {
  return {{Method::kInfo, 0}, {Method::kInitChain, 1}};
}

TEST(Grammar, a_clean_start) {
  Story story;
  story.take_all(beginning());
  for (std::int64_t height = 1; height <= 3; ++height)
    story.take_all({{Method::kPrepareProposal, height},
                    {Method::kProcessProposal, height},
                    {Method::kExtendVote, height},
                    {Method::kVerifyVoteExtension, height},
                    {Method::kFinalizeBlock, height},
                    {Method::kCommit}});
}

TEST(Grammar, rounds_repeat_and_may_be_left_out) {
  Story story;
  story.take_all(beginning());
  story.take_all({{Method::kVerifyVoteExtension, 1},
                  {Method::kProcessProposal, 1},
                  {Method::kPrepareProposal, 1},
                  {Method::kProcessProposal, 1},
                  {Method::kProcessProposal, 1},
                  {Method::kExtendVote, 1},
                  {Method::kExtendVote, 1}});
  story.block(1);
  story.block(2);
}

TEST(Grammar, a_chain_may_begin_at_any_height) {
  Story story;
  story.take_all({{Method::kInfo, 0}, {Method::kInitChain, 1'000}});
  EXPECT_EQ(story.take({Method::kFinalizeBlock, 1}), "height_not_next");
  story.block(1'000);
  story.block(1'001);
}

TEST(Grammar, a_network_may_go_on_from_a_state_that_another_host_made) {
  Story story(500);
  story.take_all({{Method::kInfo, 500}, {Method::kPrepareProposal, 501}});
  story.block(501);
}

TEST(Grammar, recovery_replays_from_what_info_told) {
  Story story(7);
  story.take_all({{Method::kInfo, 7}});
  for (std::int64_t height = 8; height <= 12; ++height) story.block(height);
}

TEST(Grammar, what_is_not_ordered_may_come_at_any_time) {
  const auto any = [](Story& story) {
    story.take_all({{Method::kEcho},
                    {Method::kFlush},
                    {Method::kQuery},
                    {Method::kCheckTx},
                    {Method::kInsertTx},
                    {Method::kReapTxs},
                    {Method::kListSnapshots},
                    {Method::kLoadSnapshotChunk}});
  };
  Story story;
  any(story);
  story.take_all(beginning());
  any(story);
  story.take_all({{Method::kFinalizeBlock, 1}});
  any(story);
  story.take_all({{Method::kInfo, 0}, {Method::kCommit}});  // RPC asked
  any(story);
  story.block(2);
}

TEST(Grammar, info_of_rpc_does_not_move_a_session) {
  Story story;
  story.take_all(beginning());
  story.block(1);
  story.take_all({{Method::kInfo, 0}});  // the state is on its way to the disk
  story.block(2);
}

TEST(Grammar, state_sync_begins_without_info) {
  Story story;
  story.take_all({{Method::kOfferSnapshot, 0, false},
                  {Method::kOfferSnapshot},
                  {Method::kApplySnapshotChunk},
                  {Method::kOfferSnapshot},
                  {Method::kApplySnapshotChunk},
                  {Method::kApplySnapshotChunk},
                  {Method::kInfo, 90}});
  story.block(91);
  EXPECT_EQ(story.take({Method::kOfferSnapshot}), "state_not_empty");
}

TEST(Grammar, state_sync_after_init_chain) {
  Story story;
  story.take_all(beginning());
  story.take_all({{Method::kOfferSnapshot}, {Method::kApplySnapshotChunk}});
  EXPECT_EQ(story.take({Method::kFinalizeBlock, 1}), "restore_under_way");
  story.take_all({{Method::kInfo, 90}});
  story.block(91);
}

TEST(Grammar, state_sync_that_was_interrupted_begins_anew) {
  Story story;
  story.take_all({{Method::kOfferSnapshot}, {Method::kApplySnapshotChunk}});
  story.restart();
  EXPECT_EQ(story.take({Method::kApplySnapshotChunk}), "snapshot_not_offered");
  story.take_all({{Method::kOfferSnapshot}, {Method::kApplySnapshotChunk}, {Method::kInfo, 90}});
  story.block(91);
}

TEST(Grammar, a_chunk_that_was_refused_ends_the_offer) {
  Story story;
  story.take_all({{Method::kOfferSnapshot}, {Method::kApplySnapshotChunk, 0, false}});
  EXPECT_EQ(story.take({Method::kApplySnapshotChunk}), "snapshot_not_offered");
}

TEST(Grammar, cometbft_alone_restarts_and_the_application_lives) {
  Story story;
  story.take_all(beginning());
  story.restart();
  story.take_all(beginning());  // no block yet, so the chain begins again
  story.block(1);
  story.restart();
  EXPECT_EQ(story.take({Method::kFinalizeBlock, 2}), "call_before_info");
  story.take_all({{Method::kInfo, 1}});
  story.block(2);
  story.take_all({{Method::kFinalizeBlock, 3}});
  story.restart();  // block 3 was executed and not committed
  story.take_all({{Method::kInfo, 2}});
  story.block(3);
  story.block(4);
}

TEST(Grammar, an_application_may_have_gone_back) {
  Story story;
  story.take_all(beginning());
  for (std::int64_t height = 1; height <= 5; ++height) story.block(height);
  story.restart();
  story.take_all({{Method::kInfo, 3}});
  EXPECT_EQ(story.take({Method::kFinalizeBlock, 6}), "height_not_next");
  story.block(4);
}

TEST(Grammar, faults_of_the_application_change_nothing_that_was_committed) {
  Story story;
  story.take_all(beginning());
  story.take_all({{Method::kFinalizeBlock, 1, false}});
  EXPECT_EQ(story.take({Method::kCommit}), "block_not_finalized");
  story.take_all({{Method::kFinalizeBlock, 1}, {Method::kCommit, 0, false}});
  // Whether that block is kept only the application knows.
  EXPECT_EQ(story.take({Method::kFinalizeBlock, 1}), "call_before_info");
  story.take_all({{Method::kInfo, 1}});
  story.block(2);
  Story other;
  other.take_all({{Method::kInfo, 0, false}});
  EXPECT_EQ(other.take({Method::kInitChain, 1}), "call_before_info");
  other.take_all({{Method::kInfo, 0}, {Method::kInitChain, 1, false}, {Method::kInitChain, 1}});
  other.block(1);
}

struct Impossible {
  const char* name;
  std::int64_t height;
  std::vector<Step> before;
  Step refused;
  const char* code;
};

void expect_refused(const std::vector<Impossible>& cases) {
  for (const Impossible& each : cases) {
    Story story(each.height);
    story.take_all(each.before);
    EXPECT_EQ(story.take(each.refused), each.code) << each.name;
    // What was refused left nothing behind.
    EXPECT_EQ(story.take(each.refused), each.code) << each.name << ", again";
  }
}

constexpr Step kInfo{Method::kInfo, 0}, kBegin{Method::kInitChain, 1},
    kFirst{Method::kFinalizeBlock, 1}, kCommit{Method::kCommit}, kOffer{Method::kOfferSnapshot},
    kChunk{Method::kApplySnapshotChunk};

TEST(Grammar, no_chain_begins_twice_or_without_info) {
  constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();
  expect_refused({
      {"InitChain first", 0, {}, kBegin, "call_before_info"},
      {"a block first", 7, {}, {Method::kFinalizeBlock, 8}, "call_before_info"},
      {"a proposal first", 7, {}, {Method::kPrepareProposal, 8}, "call_before_info"},
      {"Commit first", 7, {}, kCommit, "call_before_info"},
      {"a block of no chain", 0, {kInfo}, kFirst, "chain_not_begun"},
      {"a proposal of no chain", 0, {kInfo}, {Method::kProcessProposal, 1}, "chain_not_begun"},
      {"Commit of no chain", 0, {kInfo}, kCommit, "chain_not_begun"},
      {"InitChain twice", 0, {kInfo, kBegin}, kBegin, "chain_begun"},
      {"InitChain in a block", 0, {kInfo, kBegin, kFirst}, kBegin, "chain_begun"},
      {"InitChain after a block", 0, {kInfo, kBegin, kFirst, kCommit}, kBegin, "chain_begun"},
      {"InitChain of an old chain", 7, {{Method::kInfo, 7}}, kBegin, "chain_begun"},
      {"a chain below 0", 0, {kInfo}, {Method::kInitChain, -1}, "height_not_next"},
      {"a chain at the end", 0, {kInfo}, {Method::kInitChain, kLast}, "height_not_next"},
  });
}

TEST(Grammar, no_block_is_left_out_or_comes_twice) {
  constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();
  const std::vector<Step> begun{kInfo, kBegin}, within{kInfo, kBegin, kFirst},
      after{kInfo, kBegin, kFirst, kCommit},
      at_the_end{
          kInfo, {Method::kInitChain, kLast - 1}, {Method::kFinalizeBlock, kLast - 1}, kCommit};
  expect_refused({
      {"block 2 first", 0, begun, {Method::kFinalizeBlock, 2}, "height_not_next"},
      {"block 0", 0, begun, {Method::kFinalizeBlock, 0}, "height_not_next"},
      {"a block below 0", 0, begun, {Method::kFinalizeBlock, -1}, "height_not_next"},
      {"a block again", 0, after, kFirst, "height_not_next"},
      {"the last number", 0, at_the_end, {Method::kFinalizeBlock, kLast}, "height_not_next"},
      {"a proposal for later", 0, begun, {Method::kPrepareProposal, 2}, "height_not_next"},
      {"a vote for later", 0, begun, {Method::kExtendVote, 2}, "height_not_next"},
      {"a proposal of old", 0, after, {Method::kProcessProposal, 1}, "height_not_next"},
      {"another's vote", 0, begun, {Method::kVerifyVoteExtension, 3}, "height_not_next"},
      {"a block within a block", 0, within, kFirst, "block_not_committed"},
      {"the next", 0, within, {Method::kFinalizeBlock, 2}, "block_not_committed"},
      {"a proposal", 0, within, {Method::kPrepareProposal, 2}, "block_not_committed"},
      {"Commit of nothing", 0, begun, kCommit, "block_not_finalized"},
      {"Commit twice", 0, after, kCommit, "block_not_finalized"},
  });
}

TEST(Grammar, no_state_is_restored_over_another_or_unoffered) {
  const std::vector<Step> within{kInfo, kBegin, kFirst};
  const Step refused{Method::kOfferSnapshot, 0, false};
  expect_refused({
      {"a chunk of nothing", 0, {}, kChunk, "snapshot_not_offered"},
      {"a chunk of a refused one", 0, {refused}, kChunk, "snapshot_not_offered"},
      {"a snapshot for a state", 7, {}, kOffer, "state_not_empty"},
      {"a chunk for a state", 7, {}, kChunk, "state_not_empty"},
      {"a snapshot in a block", 0, within, kOffer, "state_not_empty"},
      {"a block of half a state", 0, {kInfo, kOffer}, kFirst, "restore_under_way"},
  });
}

TEST(Grammar, a_ledger_has_one_cometbft) {
  Grammar grammar(7);
  const Call info{Method::kInfo};
  ASSERT_TRUE(grammar.begin(1, info).ok());
  grammar.end(1, info, {.answered = true, .height = 7});
  const Call proposal{Method::kProcessProposal, 8};
  ASSERT_TRUE(grammar.begin(4, proposal).ok());
  grammar.end(4, proposal, {.answered = true});
  const auto second = grammar.begin(9, proposal);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.fault().code, "second_caller");
  grammar.closed(9);
  grammar.closed(1);
  ASSERT_TRUE(grammar.begin(4, proposal).ok());
  grammar.end(4, proposal, {.answered = true});
  grammar.closed(4);
  EXPECT_EQ(grammar.begin(9, proposal).fault().code, "call_before_info");

  Grammar empty(0);
  const Call offer{Method::kOfferSnapshot};
  ASSERT_TRUE(empty.begin(2, offer).ok());
  empty.end(2, offer, {.answered = true, .accepted = true});
  EXPECT_EQ(empty.begin(3, {Method::kApplySnapshotChunk}).fault().code, "second_caller");
}

TEST(Grammar, ordered_calls_come_one_at_a_time) {
  Grammar grammar(7);
  ASSERT_TRUE(grammar.begin(1, {Method::kInfo}).ok());
  grammar.end(1, {Method::kInfo}, {.answered = true, .height = 7});
  const Call block{Method::kFinalizeBlock, 8};
  ASSERT_TRUE(grammar.begin(4, block).ok());
  EXPECT_TRUE(grammar.must_wait(Method::kCommit));
  EXPECT_TRUE(grammar.must_wait(Method::kOfferSnapshot));
  EXPECT_FALSE(grammar.must_wait(Method::kQuery));
  EXPECT_FALSE(grammar.must_wait(Method::kCheckTx));
  EXPECT_FALSE(grammar.must_wait(Method::kInfo));
  // CometBFT was killed: what Info told now would be out of date.
  grammar.closed(4);
  EXPECT_TRUE(grammar.must_wait(Method::kInfo));
  EXPECT_FALSE(grammar.must_wait(Method::kQuery));
  grammar.end(4, block, {.answered = true});
  EXPECT_FALSE(grammar.must_wait(Method::kInfo));
  // The block that it executed is void.
  EXPECT_EQ(grammar.begin(5, {Method::kCommit}).fault().code, "call_before_info");
  ASSERT_TRUE(grammar.begin(6, {Method::kInfo}).ok());
  grammar.end(6, {Method::kInfo}, {.answered = true, .height = 7});
  ASSERT_TRUE(grammar.begin(5, block).ok());
  grammar.end(5, block, {.answered = true});
  // Killed while it commits: the block counts.
  ASSERT_TRUE(grammar.begin(5, {Method::kCommit}).ok());
  grammar.closed(5);
  grammar.end(5, {Method::kCommit}, {.answered = true});
  ASSERT_TRUE(grammar.begin(7, {Method::kInfo}).ok());
  grammar.end(7, {Method::kInfo}, {.answered = true, .height = 8});
  EXPECT_TRUE(grammar.begin(8, {Method::kFinalizeBlock, 9}).ok());
}

TEST(GrammarDeathTest, an_info_below_0_stops_the_node) {
  Grammar grammar(0);
  ASSERT_TRUE(grammar.begin(1, {Method::kInfo}).ok());
  EXPECT_DEATH(grammar.end(1, {Method::kInfo}, {.answered = true, .height = -1}), "info.height");
}

}  // namespace
}  // namespace astyq::abci
