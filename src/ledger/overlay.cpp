// SPDX-License-Identifier: Apache-2.0
#include "ledger/overlay.h"

#include <utility>

#include "base/check.h"

namespace astyq {
namespace {

bool same_content(const store::Row* row, const std::optional<store::Row>& other) {
  if (row == nullptr || !other) return row == nullptr && !other;
  return row->open == other->open && row->restricted == other->restricted &&
         row->blind.has_value() == other->blind.has_value();
}

const store::Row* address(const std::optional<store::Row>& row) {
  return row ? &*row : nullptr;
}

}  // namespace

const store::Row* Overlay::find(const store::RowKey& key) const {
  const auto it = written_.find(key);
  return it != written_.end() ? address(it->second) : base_.find(key);
}

std::optional<store::RowKey> Overlay::first_from(const store::RowKey& from) const {
  auto mine = written_.lower_bound(from);
  auto theirs = base_.lower_bound(from);
  // Keys that this overlay erased are stepped over; a step costs one look-up in the base.
  while (true) {
    const bool take_mine = mine != written_.end() && (!theirs || mine->first <= theirs->first);
    if (!take_mine) return theirs ? std::optional(theirs->first) : std::nullopt;
    if (mine->second) return mine->first;
    if (theirs && theirs->first == mine->first) theirs = base_.upper_bound(theirs->first);
    ++mine;
  }
}

void Overlay::write(const store::RowKey& key, std::optional<store::Row> row) {
  if (same_content(find(key), row)) return;
  const auto it = written_.find(key);
  if (it == written_.end()) {
    journal_.push_back({key, false, std::nullopt});
    written_.emplace(key, std::move(row));
  } else {
    journal_.push_back({key, true, std::exchange(it->second, std::move(row))});
  }
}

void Overlay::rollback(Savepoint to) {
  ASTYQ_CHECK(to <= journal_.size());
  while (journal_.size() > to) {
    Step& step = journal_.back();
    const auto it = written_.find(step.key);
    ASTYQ_CHECK(it != written_.end());
    if (step.was_written) {
      it->second = std::move(step.earlier);
    } else {
      written_.erase(it);
    }
    journal_.pop_back();
  }
}

std::vector<Overlay::Written> Overlay::written_since(Savepoint from) const {
  ASTYQ_CHECK(from <= journal_.size());
  std::map<store::RowKey, const store::Row*> before;
  for (std::size_t i = from; i < journal_.size(); ++i) {
    const Step& step = journal_[i];
    before.try_emplace(step.key, step.was_written ? address(step.earlier) : base_.find(step.key));
  }
  std::vector<Written> written;
  written.reserve(before.size());
  for (const auto& [key, row] : before) {
    const auto it = written_.find(key);
    ASTYQ_CHECK(it != written_.end());
    if (!same_content(row, it->second)) written.push_back({key, row, address(it->second)});
  }
  return written;
}

store::Changes Overlay::changes() const {
  store::Changes changes;
  changes.reserve(written_.size());
  for (const auto& [key, row] : written_)
    if (!same_content(base_.find(key), row)) changes.push_back({key, row});
  return changes;
}

}  // namespace astyq
