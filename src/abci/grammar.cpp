// SPDX-License-Identifier: Apache-2.0
#include "abci/grammar.h"

#include <algorithm>
#include <limits>

namespace astyq::abci {
namespace {

constexpr std::int64_t kHeights = std::numeric_limits<std::int64_t>::max();  // all are below

bool is_ordered(Method method) {
  switch (method) {
    case Method::kInitChain:
    case Method::kOfferSnapshot:
    case Method::kApplySnapshotChunk:
    case Method::kPrepareProposal:
    case Method::kProcessProposal:
    case Method::kExtendVote:
    case Method::kVerifyVoteExtension:
    case Method::kFinalizeBlock:
    case Method::kCommit:
      return true;
    default:
      return false;
  }
}

bool is_restore(Method method) {
  return method == Method::kOfferSnapshot || method == Method::kApplySnapshotChunk;
}

Fault refused(const char* code, Method method, const std::string& why) {
  return {code, std::string(method_name(method)) + " cannot come now: " + why +
                    " Restart CometBFT, which begins with Info; if that does not help, its "
                    "directory belongs to another state than the application's."};
}

}  // namespace

Grammar::Grammar(std::int64_t height) : height_(height) {
  ASTYQ_CHECK(height >= 0 && height < kHeights);
}

bool Grammar::concerns(Method method) {
  return is_ordered(method) || method == Method::kInfo;
}

bool Grammar::must_wait(Method method) const {
  if (!under_way_) return false;
  return is_ordered(method) || (method == Method::kInfo && under_way_->left);
}

Status Grammar::begin(Connection connection, const Call& call) {
  ASTYQ_CHECK(!must_wait(call.method));
  if (!is_ordered(call.method)) return Done{};
  if (auto allowed = allow(connection, call); !allowed.ok()) return allowed;
  if (!is_restore(call.method)) caller_ = connection;
  under_way_ = UnderWay{connection};
  return Done{};
}

Status Grammar::allow(Connection connection, const Call& call) const {
  if (is_restore(call.method)) return allow_restore(connection, call.method);
  if (caller_ && *caller_ != connection)
    return refused("second_caller", call.method,
                   "another connection makes the calls of blocks, and a ledger has one CometBFT.");
  if (!introduced_)
    return refused("call_before_info", call.method, "Info was not asked for in this session.");
  if (restorer_)
    return refused("restore_under_way", call.method,
                   "a snapshot was accepted, and Info has not told its height yet.");
  return allow_block(call);
}

Status Grammar::allow_restore(Connection connection, Method method) const {
  if (height_ > 0 || finalized_)
    return refused("state_not_empty", method,
                   "the application has block " + std::to_string(height_) +
                       ", and a snapshot is for one that has none.");
  if (restorer_ && *restorer_ != connection)
    return refused("second_caller", method, "another connection restores a snapshot.");
  if (method == Method::kApplySnapshotChunk && !restorer_)
    return refused("snapshot_not_offered", method, "no snapshot was accepted before it.");
  return Done{};
}

Status Grammar::allow_block(const Call& call) const {
  if (call.method == Method::kInitChain) {
    if (height_ > 0 || begun_ || finalized_)
      return refused("chain_begun", call.method, "the chain has begun already.");
    if (call.height < 0 || call.height == kHeights)
      return refused("height_not_next", call.method, "no chain begins at its first height.");
    return Done{};
  }
  if (height_ == 0 && !begun_)
    return refused("chain_not_begun", call.method, "the state is empty, so InitChain is due.");
  if (call.method == Method::kCommit && !finalized_)
    return refused("block_not_finalized", call.method, "no block was executed since the last.");
  if (call.method == Method::kCommit) return Done{};
  if (finalized_)
    return refused("block_not_committed", call.method,
                   "block " + std::to_string(next_height()) + " waits for its Commit.");
  return expect_height(call);
}

Status Grammar::expect_height(const Call& call) const {
  if (call.height == next_height() && call.height < kHeights) return Done{};
  return refused("height_not_next", call.method,
                 "it is of height " + std::to_string(call.height) + ", where " +
                     std::to_string(next_height()) + " is the next.");
}

std::int64_t Grammar::next_height() const {
  return height_ == 0 ? first_ : height_ + 1;
}

void Grammar::end(Connection connection, const Call& call, const Outcome& outcome) {
  if (call.method == Method::kInfo && outcome.answered) learn(outcome);
  if (!is_ordered(call.method)) return;
  ASTYQ_CHECK(under_way_ && under_way_->connection == connection);
  switch (call.method) {
    case Method::kInitChain:
      begun_ = outcome.answered;
      first_ = std::max<std::int64_t>(1, call.height);
      break;
    case Method::kFinalizeBlock:
      finalized_ = outcome.answered;
      break;
    case Method::kCommit:
      finalized_ = false;
      if (outcome.answered)
        height_ = next_height();
      else
        forget_session();  // only the application knows what it kept
      break;
    case Method::kOfferSnapshot:
    case Method::kApplySnapshotChunk:
      restorer_.reset();
      if (outcome.answered && outcome.accepted) restorer_ = connection;
      break;
    default:
      break;
  }
  const bool left = under_way_->left;
  under_way_.reset();
  if (left) closed(connection);
}

// While a session runs its own calls tell the height: what RPC hears then changes nothing.
void Grammar::learn(const Outcome& info) {
  ASTYQ_CHECK(info.height >= 0 && info.height < kHeights);
  if (caller_ && !restorer_) {
    introduced_ = true;
    return;
  }
  if (under_way_) return;
  introduced_ = true;
  height_ = info.height;
  if (height_ > 0) restorer_.reset();
}

void Grammar::closed(Connection connection) {
  if (under_way_ && under_way_->connection == connection) {
    under_way_->left = true;
    return;
  }
  if (caller_ == connection) forget_session();
  if (restorer_ == connection) restorer_.reset();
}

void Grammar::forget_session() {
  caller_.reset();
  introduced_ = false;
  begun_ = false;
  finalized_ = false;
}

}  // namespace astyq::abci
