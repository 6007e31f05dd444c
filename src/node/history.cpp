// SPDX-License-Identifier: Apache-2.0
#include "node/history.h"

#include <utility>

namespace astyq::node {
namespace {

constexpr std::chrono::minutes kHeldIdle{1};

Fault height_gone(std::uint64_t height) {
  return Fault{"height_gone", "The state at height " + std::to_string(height) +
                                  " is no longer kept: there is neither an older copy of the "
                                  "image nor the whole log. Ask a node that keeps more."};
}

}  // namespace

Result<engine::BlockResult> replay(engine::Engine& engine, const log::v1::BlockRecord& record,
                                   std::uint64_t height) {
  const std::vector<BytesView> txs(record.signed_txs().begin(), record.signed_txs().end());
  auto result = engine.apply_block({height, record.time_ns(), engine::prepare(txs, engine.form()),
                                    engine::misbehaviour_of(record)});
  if (!result.ok() || record.app_hash() == view(result->app_hash)) return result;
  return Fault{"replay_differs",
               "Replaying the block at height " + std::to_string(height) +
                   " gives another root than it gave when it was made. This program or this disk "
                   "is at fault: keep the directory, start with the release that wrote it, or "
                   "restore a backup with `astyqd restore`."};
}

Result<engine::Engine> History::begin_below(std::uint64_t height) const {
  const auto newest = kept_.newest_at(height);
  if (!newest.ok()) return newest.fault();
  if (*newest) {
    auto loaded = kept_.load(**newest);
    if (!loaded.ok()) return loaded.fault();
    // Of a block that was undone, or that the log does not hold any more.
    const auto record = read_block_(**newest);
    if (!record.ok() && record.fault().code != "log_missing") return record.fault();
    if (record.ok() && record->app_hash() != view(loaded->tree.root()))
      return kept_.corrupt(**newest, "it has another root than the block of that height");
    return engine::Engine::from_tree(std::move(loaded->tree), identity_.genesis.network_id(),
                                     identity_.annex_key);
  }
  if (identity_.genesis.has_origin()) return height_gone(height);
  return engine::Engine::from_genesis(identity_.genesis, identity_.annex_key);
}

Result<engine::Engine> History::state_at(std::uint64_t height) const {
  auto engine = begin_below(height);
  if (!engine.ok()) return engine.fault();
  while (engine->head().height < height) {
    const std::uint64_t next = engine->head().height + 1;
    const auto record = read_block_(next);
    if (!record.ok())
      return record.fault().code == "log_missing" ? height_gone(height) : record.fault();
    if (const auto replayed = replay(*engine, *record, next); !replayed.ok())
      return replayed.fault();
  }
  return engine;
}

Result<std::shared_ptr<const engine::Engine>> History::held_at(std::uint64_t height) const {
  std::unique_lock guard(lock_);
  asked_ = std::chrono::steady_clock::now();
  if (held_ != nullptr && held_->head().height == height) return held_;
  if (bringing_back_)
    return Fault{"busy", "Another state of the past is being brought back. Ask again in a moment."};
  bringing_back_ = true;
  // Goes before the next is built, unless somebody still reads it: each is a whole state.
  auto former = std::move(held_);
  guard.unlock();
  former.reset();
  auto state = state_at(height);
  guard.lock();
  bringing_back_ = false;
  if (!state.ok()) return state.fault();
  held_ = std::make_shared<const engine::Engine>(std::move(*state));
  asked_ = std::chrono::steady_clock::now();
  return held_;
}

void History::let_go_of_idle() const {
  std::shared_ptr<const engine::Engine> idle;  // goes after the lock does
  const std::lock_guard guard(lock_);
  if (std::chrono::steady_clock::now() - asked_ > kHeldIdle) idle = std::move(held_);
}

Result<std::uint64_t> History::first_height(std::uint64_t log_begins) const {
  if (log_begins <= 1 && !identity_.genesis.has_origin()) return std::uint64_t{0};
  const auto heights = kept_.heights();
  if (!heights.ok()) return heights.fault();
  for (const std::uint64_t height : *heights)
    if (height + 1 >= log_begins) return height;
  return log_begins;
}

}  // namespace astyq::node
