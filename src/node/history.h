// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>

#include "astyq/log/v1/log.pb.h"
#include "engine/engine.h"
#include "node/setup.h"
#include "store/kept_images.h"

namespace astyq::node {

// Applies a block of the log; it must come to the root that it came to when it was made. Faults:
// `replay_differs`, those of Engine::apply_block.
Result<engine::BlockResult> replay(engine::Engine& engine, const log::v1::BlockRecord& record,
                                   std::uint64_t height);

// States of heights that no undo reaches any more: the newest kept image below, or the genesis, and
// the blocks above it. Calls may run beside one another and beside the ledger.
class History {
 public:
  using ReadBlock = std::function<Result<log::v1::BlockRecord>(std::uint64_t height)>;

  // `identity` must outlive it.
  History(store::KeptImages kept, const PublicIdentity& identity, ReadBlock read_block)
      : kept_(std::move(kept)), identity_(identity), read_block_(std::move(read_block)) {}

  // An engine of its own, for which every block in between is replayed: seconds, or minutes.
  // Faults: `height_gone`; `kept_corrupt`, also for a copy that is not of the log's block; those of
  // the image, the log and of replay().
  Result<engine::Engine> state_at(std::uint64_t height) const;
  // The same, held for whoever asks next until nobody has for a minute: a second tree in memory.
  // One is brought back at a time. Further faults: `busy`.
  Result<std::shared_ptr<const engine::Engine>> held_at(std::uint64_t height) const;
  void let_go_of_idle() const;
  // The lowest height that state_at answers for, by a log that begins at this one.
  Result<std::uint64_t> first_height(std::uint64_t log_begins) const;
  const store::KeptImages& kept() const { return kept_; }

 private:
  Result<engine::Engine> begin_below(std::uint64_t height) const;

  store::KeptImages kept_;
  const PublicIdentity& identity_;
  ReadBlock read_block_;
  mutable std::mutex lock_;
  mutable std::shared_ptr<const engine::Engine> held_;
  mutable std::chrono::steady_clock::time_point asked_;
  mutable bool bringing_back_ = false;
};

}  // namespace astyq::node
