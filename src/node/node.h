// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "astyq/comet/v1/types.pb.h"
#include "astyq/log/v1/log.pb.h"
#include "base/result.h"
#include "node/answer.h"
#include "node/config.h"
#include "node/maintenance.h"
#include "node/setup.h"
#include "node/visits.h"
#include "store/block_log.h"
#include "store/undo.h"

namespace astyq::node {

class Consensus;

// A node over one data directory: embedded, the only maker of its network's blocks, or one of a
// consortium whose consensus engine makes them, as the genesis says.
class Node {
 public:
  using Answers = std::function<void(std::vector<Answer>)>;
  using Listener = std::function<void(const FinishedBlock&)>;

  // Holds the data directory, loads the image, replays the log above it, and begins to produce
  // blocks. Faults: those of the store, `genesis_invalid`, `genesis_differs`, `clock_behind`,
  // `clock_far_ahead`, `replay_differs` naming the height, `keyring_...`;
  // `protocol_unknown`, for which a running node stops by itself too, before the block.
  static Result<std::unique_ptr<Node>> open(const Config& config);
  // On a directory that is held already: that of `config`.
  static Result<std::unique_ptr<Node>> open(const Config& config, Directory directory);
  // Stops as stop().
  ~Node();

  // Takes signed transactions in their order. `answers` is called once, from the node's thread,
  // with one answer each, after the block that holds the last of them is durable. Faults, at once
  // and with nothing taken: `pool_full` and `disk_low` (try again later), `too_many_at_once`,
  // `node_stopping`.
  Status submit(std::vector<Bytes> signed_txs, Answers answers);
  // What a next block would answer; the same code, nothing changes.
  Answer dry_run(BytesView signed_tx) const;

  // Called with every block once it is durable, in order of height, before its submitters are
  // answered. Set before the first submit.
  void listen(Listener listener);

  // Blocks are forgotten only up to the height that this returns, from a thread of the node: what
  // is made of them is on the disk up to there. Until it is set, none is.
  using Indexed = std::function<std::uint64_t()>;
  void keep_blocks_for(Indexed indexed);

  // Reads the state of the newest durable block, which stands still meanwhile: be brief.
  using Read = std::function<void(const engine::Engine&, const store::UndoRing&)>;
  void read(const Read& read_state) const;
  // Shows a state that the header of the next block certifies; without a height the newest, which
  // has all that was settled before. `visit` is called between two blocks, and none is made
  // meanwhile: be brief. `done` is called after the listener knew of the block of that state.
  // Faults: those of Visits::join.
  void visit(std::optional<std::uint64_t> height, Visits::Visit visit, Visits::Done done) const;
  // Signs the code on a receipt's paper for this network.
  crypto::Ed25519Key::Signature sign_paper(const Hash& code_hash) const;
  // A block as it stands in the log. Faults: `log_missing`, `log_corrupt`.
  Result<log::v1::BlockRecord> read_block(std::uint64_t height) const;

  // A block's header and who signed it; in a consortium, whose consensus engine is asked and may
  // take seconds, with the set of validators that the header names. Faults: those of read_block;
  // `engine_missing` before it is connected, those of Consensus::Ways::certified.
  Result<comet::v1::LightBlock> certified(std::uint64_t height) const;

  // The first block of the log; one above the last when there is none.
  std::uint64_t first_block() const;
  // The state after an earlier height, however far back, from a kept image and the blocks above it:
  // that takes seconds or minutes, while the node goes on. One at a time, held for a while. Faults:
  // `height_ahead`, `height_gone`, `busy`, those of the store.
  Result<std::shared_ptr<const engine::Engine>> past(std::uint64_t height) const;
  // The lowest height that past() answers for. Faults: `image_failed`.
  Result<std::uint64_t> first_height() const;
  Health health() const;

  // Why the node cannot take transactions now; empty when it is ready.
  std::string not_ready() const;
  std::size_t pool_size() const;
  // What a consensus engine talks to; null for an embedded node.
  Consensus* consensus() const;
  const ledger::v1::Genesis& genesis() const;
  // What was cut from the log's end when the node started: a block whose writing was interrupted,
  // which nobody was told of, or one that the disk has lost since. An operator should know.
  const std::optional<store::BlockLog::Cut>& cut() const;

  // Refuses new work, finishes the block under way, writes a checkpoint. Idempotent.
  void stop();
  // Blocks until the node has stopped by itself (a fatal fault) or by stop(). Returns the fault, if
  // any.
  Status wait();

 private:
  struct Running;
  struct Embedded;
  struct Consortium;
  explicit Node(std::unique_ptr<Running> running);
  std::unique_ptr<Running> running_;
};

}  // namespace astyq::node
