// SPDX-License-Identifier: Apache-2.0
// The ledger behind a consensus engine: blocks come decided, and the engine keeps them.
#include <utility>

#include "node/durable_ledger.h"
#include "node/record.h"

namespace astyq::node {

engine::BlockResult DurableLedger::decide(std::vector<Bytes> signed_txs,
                                          engine::ExecutedBlock executed) {
  ASTYQ_CHECK(!decided_);
  engine::BlockResult result = engine_.settle_block(std::move(executed));
  undos_.push(engine_.head().height, std::exchange(result.undo, {}));
  decided_.emplace();
  decided_->record = record_of(engine_.head(), result);
  decided_->changes = result.changes;
  for (std::size_t i = 0; i < signed_txs.size(); ++i)
    if (!result.members[i].admission.refused())
      decided_->record.add_signed_txs(std::move(signed_txs[i]));
  return result;
}

Status DurableLedger::confirm() {
  ASTYQ_CHECK(decided_.has_value());
  Decided decided = std::move(*decided_);
  decided_.reset();
  last_is_news_ = engine::Engine::is_news(decided.changes);
  last_tx_count_ = static_cast<std::size_t>(decided.record.signed_txs_size());
  dirty_.add(std::move(decided.changes));
  const std::int64_t step_ns = keeping_.checkpoint_s * kSecondNs;
  must_keep_ = engine_.head().time_ns / step_ns != last_time_ns_ / step_ns;
  last_time_ns_ = engine_.head().time_ns;
  const std::lock_guard guard(log_lock_);
  const std::uint64_t height = engine_.head().height;
  if (Status appended = disk_.log.append(height, decided.record.SerializeAsString());
      !appended.ok())
    return appended;
  durable_height_ = height;
  return Done{};
}

void DurableLedger::take_back_decided() {
  ASTYQ_CHECK(decided_.has_value());
  decided_.reset();
  engine_.revert(undos_.take_back(engine_.head().height - 1));
}

Status DurableLedger::adopt(engine::Engine engine) {
  if (disk_.image->height() || engine_.head().height > 0)
    return Fault{"state_not_empty",
                 "This node has a state already, at height " +
                     std::to_string(engine_.head().height) +
                     ". To begin with one of its peers', empty its ledger directory first."};
  const std::lock_guard guard(log_lock_);
  if (Status cut = disk_.log.truncate_above(0); !cut.ok()) return cut;
  const std::uint64_t height = engine.head().height;
  if (Status filled = disk_.image->fill(height, engine.tree()); !filled.ok()) return filled;
  engine_ = std::move(engine);
  dirty_.take();
  last_is_news_ = true;
  last_tx_count_ = 0;
  last_time_ns_ = engine_.head().time_ns;
  durable_height_ = height;
  return Done{};
}

}  // namespace astyq::node
