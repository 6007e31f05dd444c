// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <shared_mutex>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/engine.h"
#include "store/undo.h"

namespace astyq::node {

struct Config;

// What became of a submitted transaction, once it is certain.
enum class Fate {
  kApplied,         // in the block `height`, durable; each operation has its result, a refusal too
  kNotAdmitted,     // `admission` says why; nothing was consumed, no block holds it
  kAlreadyApplied,  // an earlier transaction with this id is settled: ask for it by party and id
  kUnknown,         // the node stops before it could tell: ask again by party and id
};

struct Answer {
  Fate fate = Fate::kUnknown;
  Refusal admission;
  Hash body_hash{};
  std::uint64_t party = 0;
  Bytes id;                    // 16 random bytes, or empty for a key's sequence number
  std::uint64_t height = 0;    // of kApplied
  std::vector<engine::OperationResult> operations;
};

// A finished block, for streams, the index and metrics. Valid only during the call.
struct FinishedBlock {
  std::uint64_t height;
  std::int64_t time_ns;
  const engine::BlockResult& result;
  std::span<const Answer> answers;  // of the members that were applied
};

// The embedded node: one producer of blocks over one data directory.
class Node {
 public:
  using Answers = std::function<void(std::vector<Answer>)>;
  using Listener = std::function<void(const FinishedBlock&)>;

  // Opens the data directory, loads the image, replays the log above it, and begins to produce blocks.
  // Faults: those of the store, `genesis_invalid`, `genesis_differs`, `clock_behind`, `clock_far_ahead`,
  // `replay_differs` naming the height, `keyring_...`.
  static Result<std::unique_ptr<Node>> open(const Config& config);
  // Stops as stop().
  ~Node();

  // Takes signed transactions in their order. `answers` is called once, from the node's thread, with one
  // answer each, after the block that holds the last of them is durable. Faults, at once and with nothing
  // taken: `pool_full` (try again later), `node_stopping`.
  Status submit(std::vector<Bytes> signed_txs, Answers answers);
  // What a next block would answer; the same code, nothing changes.
  Answer dry_run(BytesView signed_tx) const;

  // Called after every block is durable, in order of height. Set before the first submit.
  void listen(Listener listener);

  // Reads the state of the newest durable block under a lock that keeps it still: be brief.
  template <typename Read>
  auto read(Read read_state) const {
    const std::shared_lock guard(state_lock_);
    return read_state(static_cast<const engine::Engine&>(*engine_),
                      static_cast<const store::UndoRing&>(undos_));
  }
  // A block as it stands in the log. Faults: `log_missing`, `log_corrupt`.
  Result<Bytes> block_record(std::uint64_t height) const;

  // Why the node cannot serve now; empty when it is ready.
  std::string not_ready() const;
  const ledger::v1::Genesis& genesis() const;

  // Refuses new work, finishes the block under way, writes a checkpoint. Idempotent.
  void stop();
  // Blocks until the node has stopped by itself (a fatal fault) or by stop(). Returns the fault, if any.
  Status wait();

 private:
  struct Parts;
  explicit Node(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
  mutable std::shared_mutex state_lock_;
  std::unique_ptr<engine::Engine> engine_;
  store::UndoRing undos_;
};

}  // namespace astyq::node
