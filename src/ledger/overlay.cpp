// SPDX-License-Identifier: Apache-2.0
#include "ledger/overlay.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace astyq {
namespace {

constexpr std::size_t kFirstPlaces = 64;  // a power of two, as all sizes of the index

bool same_content(const store::Row* row, const store::Row* other) {
  if (row == nullptr || other == nullptr) return row == other;
  return row->open == other->open && row->restricted == other->restricted &&
         row->blind.has_value() == other->blind.has_value();
}

const store::Row* address(const std::optional<store::Row>& row) {
  return row ? &*row : nullptr;
}

}  // namespace

const store::Row* Overlay::Entry::now() const {
  return written ? address(row) : base;
}

// Puts an entry at the first free place from its own on.
void Overlay::index(std::uint32_t number) const {
  const std::size_t mask = index_.size() - 1;
  std::size_t place = entries_[number - 1].key.spread() & mask;
  while (index_[place] != 0) place = (place + 1) & mask;
  index_[place] = number;
}

Overlay::Entry& Overlay::entry(const store::RowKey& key) const {
  if (2 * entries_.size() >= index_.size()) {
    index_.assign(std::max(kFirstPlaces, 2 * index_.size()), 0);
    for (std::uint32_t number = 1; number <= entries_.size(); ++number) index(number);
  }
  const std::size_t mask = index_.size() - 1;
  for (std::size_t place = key.spread() & mask; index_[place] != 0; place = (place + 1) & mask)
    if (entries_[index_[place] - 1].key == key) return entries_[index_[place] - 1];
  entries_.push_back({key, base_.find(key)});
  ASTYQ_CHECK(entries_.size() < UINT32_MAX);
  index(static_cast<std::uint32_t>(entries_.size()));
  return entries_.back();
}

const store::Row* Overlay::find(const store::RowKey& key) const {
  return entry(key).now();
}

std::optional<store::RowKey> Overlay::first_from(const store::RowKey& from) const {
  auto mine = written_.lower_bound(from);
  auto theirs = base_.lower_bound(from);
  // Keys that this overlay erased are stepped over; a step costs one look-up in the base.
  while (true) {
    const bool take_mine = mine != written_.end() && (!theirs || mine->first <= theirs->first);
    if (!take_mine) return theirs ? std::optional(theirs->first) : std::nullopt;
    if (mine->second->row) return mine->first;
    if (theirs && theirs->first == mine->first) theirs = base_.upper_bound(theirs->first);
    ++mine;
  }
}

void Overlay::write(const store::RowKey& key, std::optional<store::Row> row) {
  Entry& entry = this->entry(key);
  if (same_content(entry.now(), address(row))) return;
  journal_.push_back({&entry, entry.written, std::exchange(entry.row, std::move(row))});
  if (!std::exchange(entry.written, true)) written_.emplace(key, &entry);
}

void Overlay::rollback(Savepoint to) {
  ASTYQ_CHECK(to <= journal_.size());
  while (journal_.size() > to) {
    Step& step = journal_.back();
    ASTYQ_CHECK(step.entry->written);
    step.entry->row = std::move(step.earlier);
    step.entry->written = step.was_written;
    if (!step.was_written) written_.erase(step.entry->key);
    journal_.pop_back();
  }
}

std::vector<Overlay::Written> Overlay::written_since(Savepoint from) const {
  ASTYQ_CHECK(from <= journal_.size());
  std::vector<const Step*> first;  // of each key, ascending
  for (std::size_t i = from; i < journal_.size(); ++i) first.push_back(&journal_[i]);
  const auto key = [](const Step* step) -> const store::RowKey& { return step->entry->key; };
  std::ranges::stable_sort(first, {}, key);
  const auto again = std::ranges::unique(first, {}, key);
  first.erase(again.begin(), again.end());
  std::vector<Written> written;
  written.reserve(first.size());
  for (const Step* step : first) {
    const store::Row* before = step->was_written ? address(step->earlier) : step->entry->base;
    const store::Row* after = step->entry->now();
    if (!same_content(before, after)) written.push_back({step->entry->key, before, after});
  }
  return written;
}

store::Changes Overlay::changes() const {
  store::Changes changes;
  changes.reserve(written_.size());
  for (const auto& [key, entry] : written_)
    if (!same_content(entry->base, address(entry->row))) changes.push_back({key, entry->row});
  return changes;
}

}  // namespace astyq
