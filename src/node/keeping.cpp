// SPDX-License-Identifier: Apache-2.0
// What the ledger keeps of the past, and the way back to it.
#include <algorithm>
#include <utility>

#include "node/durable_ledger.h"
#include "store/difference.h"

namespace astyq::node {

Status DurableLedger::checkpoint() {
  auto pending = begin_checkpoint();
  if (!pending) return Done{};
  Status written = write_checkpoint(*pending);
  end_checkpoint(std::move(*pending), written);
  return written;
}

std::optional<DurableLedger::PendingCheckpoint> DurableLedger::begin_checkpoint() {
  const engine::Head& head = engine_.head();
  if (head.height == 0) return std::nullopt;
  const bool keep = std::exchange(must_keep_, false) || (!is_consortium() && is_due(head.time_ns));
  return PendingCheckpoint{head.height,   head.time_ns,  engine_.tree().root(),
                           dirty_.take(), undos_.hold(), keep};
}

// Of an embedded node, whose copies are nobody else's.
bool DurableLedger::is_due(std::int64_t time_ns) const {
  return !kept_time_ns_ || time_ns - *kept_time_ns_ >= keeping_.checkpoint_s * kSecondNs;
}

Status DurableLedger::write_image(const PendingCheckpoint& pending) {
  if (pending.rows.empty()) return Done{};
  return disk_.image->write(pending.height, pending.root, store::DirtyRows::newest(pending.rows),
                            pending.undos);
}

Status DurableLedger::write_checkpoint(const PendingCheckpoint& pending) {
  // What the image and its copies stand on is in the log: no sync of a block did that here.
  if (is_consortium()) {
    const std::lock_guard guard(log_lock_);
    if (Status synced = disk_.log.sync(); !synced.ok()) return synced;
  }
  if (const Status written = write_image(pending); !written.ok()) return written;
  if (!pending.keep) return Done{};
  // The image is what a restart needs. What goes wrong beside it ends nothing: it is told, and
  // tried again when it is due.
  const Status kept = keep_copy(pending.time_ns);
  const std::lock_guard guard(keeping_lock_);
  keeping_fault_ = kept.ok() ? std::nullopt : std::optional(kept.fault());
  return Done{};
}

std::optional<Fault> DurableLedger::keeping_fault() const {
  const std::lock_guard guard(keeping_lock_);
  return keeping_fault_;
}

void DurableLedger::end_checkpoint(PendingCheckpoint pending, const Status& written) {
  undos_.release();
  if (!written.ok()) dirty_.put_back(std::move(pending.rows));
}

Status DurableLedger::keep_copy(std::int64_t time_ns) {
  if (keeping_.checkpoints == 0) return Done{};
  const store::KeptImages& kept = history_.kept();
  if (const Status added = kept.add(*disk_.image); !added.ok()) return added;
  kept_time_ns_ = time_ns;
  if (const Status fewer = kept.keep_newest(keeping_.checkpoints); !fewer.ok()) return fewer;
  return forget_blocks();
}

// A kept image is of use with every block above it alone.
Status DurableLedger::forget_blocks() {
  const auto heights = history_.kept().heights();
  if (!heights.ok()) return heights.fault();
  if (keeping_.blocks == 0 || heights->empty()) return Done{};
  const std::uint64_t indexed = indexed_ ? indexed_() : UINT64_MAX - 1;
  const std::lock_guard guard(log_lock_);
  if (keeping_.blocks >= durable_height_) return Done{};
  const std::uint64_t wanted = durable_height_ - keeping_.blocks + 1;
  return disk_.log.remove_below(std::min({wanted, heights->front() + 1, indexed + 1}));
}

std::uint64_t DurableLedger::first_block() const {
  const std::lock_guard guard(log_lock_);
  return disk_.log.empty() ? durable_height_ + 1 : disk_.log.first_height();
}

Status DurableLedger::roll_back(std::uint64_t height) {
  ASTYQ_CHECK(height >= 1 && height <= engine_.head().height);
  if (height == engine_.head().height) return Done{};
  if (height < first_block())
    return Fault{"height_gone", "The log begins at height " + std::to_string(first_block()) +
                                    ": the ledger cannot go back to " + std::to_string(height) +
                                    ". Restore a backup that ends there, as a fork."};
  store::Changes back;
  if (can_undo_to(height)) {
    back = undos_.take_back(height);
  } else {
    const auto earlier = history_.state_at(height);
    if (!earlier.ok()) return earlier.fault();
    back = store::difference(engine_.tree(), earlier->tree());
    undos_ = store::UndoRing();
  }
  dirty_.add(back);
  engine_.revert(std::move(back));
  ASTYQ_CHECK(engine_.head().height == height);
  const Status written =
      disk_.image->write(height, engine_.tree().root(), dirty_.newest(), undos_.hold());
  undos_.release();
  if (!written.ok()) return written;
  dirty_.take();
  // A kept image of a block that is taken back must not outlive it.
  const auto kept = history_.kept().heights();
  if (!kept.ok()) return kept.fault();
  for (const std::uint64_t later : *kept)
    if (later > height)
      if (const Status removed = history_.kept().remove(later); !removed.ok()) return removed;
  {
    const std::lock_guard guard(log_lock_);
    if (const Status cut = disk_.log.truncate_above(height); !cut.ok()) return cut;
    durable_height_ = height;
  }
  return read_last_block();
}

}  // namespace astyq::node
