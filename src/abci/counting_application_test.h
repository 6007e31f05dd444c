// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "abci/application.h"
#include "base/bytes.h"

namespace astyq::abci::test {

// An application that counts transactions. One that begins with '!' is refused wherever it comes.
// Its app hash is the count, so that what a replay leaves out or does twice is seen.
class CountingApplication final : public Application {
 public:
  struct State {
    std::int64_t height = 0;
    std::uint64_t count = 0;
    friend bool operator==(const State&, const State&) = default;
  };

  State state() const {
    const std::lock_guard lock(mutex_);
    return state_;
  }
  // As a start with other contents of the disk.
  void become(State state) {
    const std::lock_guard lock(mutex_);
    state_ = state;
    made_.reset();
    history_ = {{state.height, state}};
  }
  // The states that it has had, by height.
  std::map<std::int64_t, State> history() const {
    const std::lock_guard lock(mutex_);
    return history_;
  }
  // The names of all calls so far, in the order in which they began.
  std::vector<std::string> calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }
  std::int64_t count_of(const std::string& call) const {
    const std::lock_guard lock(mutex_);
    return std::count(calls_.begin(), calls_.end(), call);
  }
  // Calls of this name wait inside the application until they are released.
  void hold(const std::string& call) {
    const std::lock_guard lock(mutex_);
    held_.insert(call);
  }
  void release(const std::string& call) {
    const std::lock_guard lock(mutex_);
    held_.erase(call);
    changed_.notify_all();
  }
  void wait_until_inside(const std::string& call) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return inside_.contains(call); });
  }
  // Calls of this name are faults.
  void fail(const std::string& call) {
    const std::lock_guard lock(mutex_);
    failing_.insert(call);
  }

  Result<v1::ResponseInfo> info(const v1::RequestInfo&) override {
    return served<v1::ResponseInfo>("Info", [&](v1::ResponseInfo& response) {
      response.set_data("counting");
      response.set_last_block_height(state_.height);
      if (state_.height > 0) response.set_last_block_app_hash(hash_of(state_));
    });
  }
  Result<v1::ResponseQuery> query(const v1::RequestQuery& request) override {
    return served<v1::ResponseQuery>("Query", [&](v1::ResponseQuery& response) {
      response.set_key(request.data());
      response.set_value(std::to_string(state_.count));
      response.set_height(state_.height);
    });
  }
  Result<v1::ResponseCheckTx> check_tx(const CheckTx& request) override {
    return served<v1::ResponseCheckTx>(
        "CheckTx", [&](v1::ResponseCheckTx& response) { response.set_code(code_of(request.tx)); });
  }
  Result<v1::ResponseInsertTx> insert_tx(const InsertTx& request) override {
    return served<v1::ResponseInsertTx>("InsertTx", [&](v1::ResponseInsertTx& response) {
      response.set_code(code_of(request.tx));
      pool_.emplace_back(request.tx);
    });
  }
  Result<v1::ResponseReapTxs> reap_txs(const v1::RequestReapTxs&) override {
    return served<v1::ResponseReapTxs>("ReapTxs", [&](v1::ResponseReapTxs& response) {
      for (const Bytes& tx : pool_) response.add_txs(tx);
      pool_.clear();
    });
  }
  Result<v1::ResponseInitChain> init_chain(const v1::RequestInitChain& request) override {
    return served<v1::ResponseInitChain>("InitChain", [&](v1::ResponseInitChain& response) {
      state_ = State{};
      first_ = std::max<std::int64_t>(1, request.initial_height());
      response.set_app_hash(hash_of(state_));
    });
  }
  Result<v1::ResponsePrepareProposal> prepare_proposal(const PrepareProposal& request) override {
    return served<v1::ResponsePrepareProposal>("PrepareProposal",
                                               [&](v1::ResponsePrepareProposal& response) {
                                                 for (const BytesView tx : request.txs)
                                                   if (code_of(tx) == 0)
                                                     response.add_txs(tx.data(), tx.size());
                                               });
  }
  Result<v1::ResponseProcessProposal> process_proposal(const ProcessProposal& request) override {
    return served<v1::ResponseProcessProposal>(
        "ProcessProposal", [&](v1::ResponseProcessProposal& response) {
          const bool good = std::all_of(request.txs.begin(), request.txs.end(),
                                        [](BytesView tx) { return code_of(tx) == 0; });
          response.set_status(good ? v1::ResponseProcessProposal::ACCEPT
                                   : v1::ResponseProcessProposal::REJECT);
        });
  }
  Result<v1::ResponseExtendVote> extend_vote(const ExtendVote& request) override {
    return served<v1::ResponseExtendVote>("ExtendVote", [&](v1::ResponseExtendVote& response) {
      response.set_vote_extension(std::to_string(request.txs.size()));
    });
  }
  Result<v1::ResponseVerifyVoteExtension> verify_vote_extension(
      const v1::RequestVerifyVoteExtension&) override {
    return served<v1::ResponseVerifyVoteExtension>(
        "VerifyVoteExtension", [&](v1::ResponseVerifyVoteExtension& response) {
          response.set_status(v1::ResponseVerifyVoteExtension::ACCEPT);
        });
  }
  Result<v1::ResponseFinalizeBlock> finalize_block(const FinalizeBlock& request) override {
    return served<v1::ResponseFinalizeBlock>(
        "FinalizeBlock", [&](v1::ResponseFinalizeBlock& response) {
          ASTYQ_CHECK(request.rest.height() == (state_.height == 0 ? first_ : state_.height + 1));
          made_ = State{request.rest.height(), state_.count};
          for (const BytesView tx : request.txs) {
            response.add_tx_results()->set_code(code_of(tx));
            made_->count += code_of(tx) == 0 ? 1 : 0;
          }
          response.set_app_hash(hash_of(*made_));
        });
  }
  Result<v1::ResponseCommit> commit(const v1::RequestCommit&) override {
    return served<v1::ResponseCommit>("Commit", [&](v1::ResponseCommit&) {
      ASTYQ_CHECK(made_.has_value());
      state_ = *made_;
      history_[state_.height] = state_;
      made_.reset();
    });
  }
  Result<v1::ResponseListSnapshots> list_snapshots(const v1::RequestListSnapshots&) override {
    return served<v1::ResponseListSnapshots>(
        "ListSnapshots", [&](v1::ResponseListSnapshots& response) {
          auto& snapshot = *response.add_snapshots();
          snapshot.set_height(static_cast<std::uint64_t>(state_.height));
          snapshot.set_format(1);
          snapshot.set_chunks(1);
          snapshot.set_hash(hash_of(state_));
        });
  }
  Result<v1::ResponseLoadSnapshotChunk> load_snapshot_chunk(
      const v1::RequestLoadSnapshotChunk&) override {
    return served<v1::ResponseLoadSnapshotChunk>("LoadSnapshotChunk",
                                                 [&](v1::ResponseLoadSnapshotChunk& response) {
                                                   response.set_chunk(std::to_string(state_.count));
                                                 });
  }
  Result<v1::ResponseOfferSnapshot> offer_snapshot(
      const v1::RequestOfferSnapshot& request) override {
    return served<v1::ResponseOfferSnapshot>(
        "OfferSnapshot", [&](v1::ResponseOfferSnapshot& response) {
          const std::uint64_t height = request.snapshot().height();
          const bool good = height > 0 && height < kMostHeight;
          offered_ = good ? static_cast<std::int64_t>(height) : 0;
          response.set_result(good ? v1::ResponseOfferSnapshot::ACCEPT
                                   : v1::ResponseOfferSnapshot::REJECT);
        });
  }
  // A snapshot is one chunk: the count in decimal.
  Result<v1::ResponseApplySnapshotChunk> apply_snapshot_chunk(
      const v1::RequestApplySnapshotChunk& request) override {
    return served<v1::ResponseApplySnapshotChunk>(
        "ApplySnapshotChunk", [&](v1::ResponseApplySnapshotChunk& response) {
          std::uint64_t count = 0;
          const char* end = request.chunk().data() + request.chunk().size();
          const auto read = std::from_chars(request.chunk().data(), end, count);
          const bool good = read.ec == std::errc() && read.ptr == end;
          if (good) state_ = State{offered_, count};
          history_[state_.height] = state_;
          response.set_result(good ? v1::ResponseApplySnapshotChunk::ACCEPT
                                   : v1::ResponseApplySnapshotChunk::REJECT_SNAPSHOT);
        });
  }

 private:
  static constexpr std::uint64_t kMostHeight = std::uint64_t{1} << 62;

  static std::uint32_t code_of(BytesView tx) { return tx.starts_with('!') ? 7 : 0; }
  static Bytes hash_of(const State& state) {
    Bytes hash;
    append_u64(hash, state.count);
    return hash;
  }

  template <typename Response, typename Work>
  Result<Response> served(const std::string& call, Work work) {
    std::unique_lock lock(mutex_);
    calls_.push_back(call);
    inside_.insert(call);
    changed_.notify_all();
    changed_.wait(lock, [&] { return !held_.contains(call); });
    inside_.erase(inside_.find(call));
    if (failing_.contains(call)) return Fault{"disk_full", "There is no room. Make some."};
    Response response;
    work(response);
    changed_.notify_all();
    return response;
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  State state_;
  std::map<std::int64_t, State> history_{{0, {}}};
  std::optional<State> made_;  // by FinalizeBlock, for Commit
  std::int64_t first_ = 1;
  std::int64_t offered_ = 0;
  std::vector<Bytes> pool_;
  std::vector<std::string> calls_;
  std::set<std::string> held_;
  std::set<std::string> failing_;
  std::multiset<std::string> inside_;
};

}  // namespace astyq::abci::test
