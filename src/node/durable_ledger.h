// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <mutex>

#include "astyq/log/v1/log.pb.h"
#include "engine/engine.h"
#include "engine/genesis.h"
#include "node/history.h"
#include "node/setup.h"
#include "store/block_log.h"
#include "store/data_directory.h"
#include "store/image.h"
#include "store/undo.h"

namespace astyq::node {

// What of the past is kept, beside what a restart needs.
struct Keeping {
  std::uint32_t checkpoint_s = 3'600;  // of block time between two kept images
  std::uint32_t checkpoints = 24;      // kept images
  std::uint64_t blocks = 0;            // of the log; 0: all
  // A file of the log that has grown so large is followed by another; blocks go by whole files.
  std::uint64_t segment_bytes = 256u << 20;
  // Changed rows that a replay of the log holds in memory before the image is brought up to them.
  std::size_t replay_rows = 500'000;
};

// The engine with its log and image on the disk. One writer; no threads of its own.
class DurableLedger {
 public:
  // Loads the image, or where it has been moved away the newest kept one, and replays the log above
  // it. `files` must outlive the result. Faults: those of the store and of Engine;
  // `genesis_differs` when the log began with another state; `replay_differs` naming the height
  // when a block gives another root than it did; `image_corrupt` or `kept_corrupt` when the state
  // is not that of the log's block; `log_behind_image`; `image_missing`.
  static Result<std::unique_ptr<DurableLedger>> open(store::FileSystem& files,
                                                     const std::string& directory,
                                                     Identity identity, Keeping keeping = {});

  struct Committed {
    engine::BlockResult result;         // without changes and undo, which the ledger keeps
    std::vector<std::size_t> admitted;  // indices of the given transactions that are in the block
  };
  // Applies a block, signs its header, and returns once its log record is durable. Transactions
  // that are not admitted are in no block. After a fault of the log the state is that before the
  // block, and nothing more can be committed: only a restart finds out whether the block lasts.
  // Requires: members = prepare(signed_txs), time after the last block's.
  Result<Committed> commit(std::vector<Bytes> signed_txs, std::vector<engine::Member> members,
                           std::int64_t time_ns);
  // The same for a block that engine() has executed on its present state.
  Result<Committed> commit(std::vector<Bytes> signed_txs, engine::ExecutedBlock executed);

  // Behind a consensus engine a block comes in two steps: it is decided, and later confirmed or
  // taken back. Its log is not synced before the image is: what is missing the engine brings again.
  // Returns the result without its undo. Requires: the network is a consortium; no block is decided
  // already.
  engine::BlockResult decide(std::vector<Bytes> signed_txs, engine::ExecutedBlock executed);
  // Faults: those of the log. Requires: a block is decided.
  Status confirm();
  void take_back_decided();
  // Whether a copy of the state is to be kept as it is now. A consortium's nodes keep the same
  // states, so that one that joins gets the parts of one state from many: those of the first blocks
  // of each so many seconds of block time.
  bool must_keep() const { return must_keep_; }
  // Begins with a state of the consortium's that others gave. Faults: `state_not_empty`, those of
  // the log and the image.
  Status adopt(engine::Engine engine);

  // Brings the image up to the last block; keeps a copy of it and forgets old ones, and old blocks,
  // when that is due. Faults: `image_failed`, `disk_full`.
  Status checkpoint();
  // The same in three steps, so that blocks go on meanwhile: the first and the last belong to
  // whoever commits, the one between to any one other thread.
  struct PendingCheckpoint {
    std::uint64_t height = 0;
    std::int64_t time_ns = 0;
    Hash root{};
    std::vector<store::Changes> rows;  // by block
    store::UndoList undos;             // held
    bool keep = false;                 // a copy of it
  };
  // Nothing where nothing changed. Requires: no other one is pending.
  std::optional<PendingCheckpoint> begin_checkpoint();
  Status write_checkpoint(const PendingCheckpoint& pending);
  // With what the step between came to; after a fault the rows wait for the next one.
  void end_checkpoint(PendingCheckpoint pending, const Status& written);
  // Why the last copy that was due could not be kept, or what is old not be forgotten. May be asked
  // beside commit.
  std::optional<Fault> keeping_fault() const;
  // Takes the ledger back to the state after an earlier height, for good: the image, the kept ones
  // and the log. What an interruption leaves is the former state, or the earlier one with blocks
  // above it, which the next opening applies again. Requires: height >= 1, not above the last.
  // Faults: those of History::state_at, of the image and of the log.
  Status roll_back(std::uint64_t height);
  // Whether roll_back has the undos for it.
  bool can_undo_to(std::uint64_t height) const {
    return height == engine_.head().height || (!undos_.empty() && undos_.can_read(height));
  }
  // Blocks are forgotten only up to the height that this returns, since what is made of them is on
  // the disk; without it as far as `Keeping` says. Requires: no checkpoint is written meanwhile.
  void keep_blocks_for(std::function<std::uint64_t()> indexed) { indexed_ = std::move(indexed); }
  std::size_t dirty_rows() const { return dirty_.size(); }

  const engine::Engine& engine() const { return engine_; }
  const store::UndoRing& undos() const { return undos_; }
  // Shows the state as it was after an earlier height. Requires: undos().can_read(height).
  void visit_at(std::uint64_t height, const std::function<void(const store::Tree&)>& visit) {
    engine_.visit_at(undos_, height, visit);
  }
  const Identity& identity() const { return identity_; }
  bool is_consortium() const { return engine::is_consortium(identity_.genesis); }
  // The last block had members or did a job, so that no header certifies its state yet.
  bool last_is_uncertified() const { return last_tx_count_ > 0 || last_is_news_; }
  // What the log cut away when it was opened.
  const std::optional<store::BlockLog::Cut>& cut() const { return disk_.log.cut(); }

  // A block that is durable. Errors: `log_missing`, `log_corrupt`, `file_failed`. May be called
  // beside commit.
  Result<log::v1::BlockRecord> read_block(std::uint64_t height) const;
  // The first block that read_block gives; one above the last when there is none.
  std::uint64_t first_block() const;
  // States that no undo reaches. May be asked beside commit.
  const History& history() const { return history_; }
  const store::Image& image() const { return *disk_.image; }
  std::string log_directory() const { return disk_.directory.log(); }

 private:
  struct Disk {
    store::DataDirectory directory;
    std::unique_ptr<store::Image> image;
    store::BlockLog log;
  };
  struct State {
    engine::Engine engine;
    store::UndoRing undos;
    bool in_image;
  };
  static Result<State> begin(store::Image& image, const store::KeptImages& kept,
                             const store::BlockLog& log, const Identity& identity);
  DurableLedger(Disk disk, Identity identity, State state, Keeping keeping);
  Status check_genesis() const;
  Status check_log() const;
  Status replay_all();
  Status replay_up_to(std::uint64_t last);
  Status read_last_block();
  Status write_image(const PendingCheckpoint& pending);
  bool is_due(std::int64_t time_ns) const;
  Status keep_copy(std::int64_t time_ns);
  Status forget_blocks();
  void applied(engine::BlockResult& result);
  // Of the state before a block.
  struct Before {
    Hash root;
    std::uint32_t protocol_version;
  };
  // A block that the consensus decided: what is to be kept of it.
  struct Decided {
    log::v1::BlockRecord record;
    store::Changes changes;
  };
  Status append_to_log(std::vector<Bytes> admitted_txs, const engine::BlockResult& result,
                       const Before& before);

  mutable std::mutex log_lock_;
  std::uint64_t durable_height_ = 0;  // what read_block gives
  Disk disk_;
  Identity identity_;
  Keeping keeping_;
  std::function<std::uint64_t()> indexed_;
  mutable std::mutex keeping_lock_;
  std::optional<Fault> keeping_fault_;
  History history_;
  std::optional<std::int64_t> kept_time_ns_;  // of the block that the newest kept image ends with
  engine::Engine engine_;
  store::UndoRing undos_;
  store::DirtyRows dirty_;
  comet::v1::SignedHeader last_header_;
  std::size_t last_tx_count_ = 0;
  bool last_is_news_ = false;
  std::optional<Decided> decided_;
  bool must_keep_ = false;
  std::int64_t last_time_ns_ = 0;  // of the last confirmed block
};

}  // namespace astyq::node
