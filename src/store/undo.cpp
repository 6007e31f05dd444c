// SPDX-License-Identifier: Apache-2.0
#include "store/undo.h"

#include <algorithm>
#include <map>

#include "base/check.h"

namespace astyq::store {
namespace {

bool key_less(const Change& change, const RowKey& key) {
  return change.key < key;
}
bool less_key(const RowKey& key, const Change& change) {
  return key < change.key;
}

}  // namespace

UndoRing::UndoRing(std::size_t capacity) : capacity_(capacity) {
  ASTYQ_CHECK(capacity >= 1);
}

void UndoRing::push(std::uint64_t height, Changes undo) {
  ASTYQ_CHECK(height >= 1 && (empty() || height == last_height() + 1));
  undos_.push_back({height, std::move(undo)});
  if (!held_) forget_oldest();
}

// A few at a time: what gathers while they are held is as much as thousands of blocks changed, and
// the next block does not wait until all that is freed.
void UndoRing::forget_oldest() {
  for (int i = 0; i < 4 && undos_.size() > capacity_; ++i) undos_.pop_front();
}

UndoList UndoRing::hold() {
  held_ = true;
  UndoList list;
  list.reserve(undos_.size());
  for (const Undo& undo : undos_) list.push_back(&undo);
  return list;
}

void UndoRing::release() {
  held_ = false;
  forget_oldest();
}

std::uint64_t UndoRing::last_height() const {
  ASTYQ_CHECK(!undos_.empty());
  return undos_.back().height;
}

bool UndoRing::can_read(std::uint64_t height) const {
  return !empty() && height <= last_height() && height + 1 >= undos_.front().height;
}

std::size_t UndoRing::first_above(std::uint64_t height) const {
  ASTYQ_CHECK(can_read(height));
  return height + 1 - undos_.front().height;
}

const Row* UndoRing::find_at(const Tree& tree, const RowKey& key, std::uint64_t height) const {
  for (std::size_t i = first_above(height); i < undos_.size(); ++i) {
    const Changes& changes = undos_[i].changes;
    const auto found = std::lower_bound(changes.begin(), changes.end(), key, key_less);
    if (found != changes.end() && found->key == key) return found->row ? &*found->row : nullptr;
  }
  return tree.find(key);
}

std::optional<RowKey> UndoRing::next_key(const Tree& tree, const RowKey& key, std::uint64_t height,
                                         bool or_equal) const {
  const auto in_tree = or_equal ? tree.lower_bound(key) : tree.upper_bound(key);
  std::optional<RowKey> next;
  if (in_tree) next = in_tree->first;
  for (std::size_t i = first_above(height); i < undos_.size(); ++i) {
    const Changes& changes = undos_[i].changes;
    const auto found = or_equal ? std::lower_bound(changes.begin(), changes.end(), key, key_less)
                                : std::upper_bound(changes.begin(), changes.end(), key, less_key);
    if (found != changes.end() && (!next || found->key < *next)) next = found->key;
  }
  return next;
}

UndoRing::Found UndoRing::bound_at(const Tree& tree, RowKey key, std::uint64_t height,
                                   bool or_equal) const {
  while (const auto next = next_key(tree, key, height, or_equal)) {
    if (const Row* row = find_at(tree, *next, height)) return std::pair{*next, row};
    key = *next;
    or_equal = false;
  }
  return std::nullopt;
}

UndoRing::Found UndoRing::lower_bound_at(const Tree& tree, const RowKey& key,
                                         std::uint64_t height) const {
  return bound_at(tree, key, height, true);
}

UndoRing::Found UndoRing::upper_bound_at(const Tree& tree, const RowKey& key,
                                         std::uint64_t height) const {
  return bound_at(tree, key, height, false);
}

Changes UndoRing::changes_back_to(std::uint64_t height) const {
  std::map<RowKey, const std::optional<Row>*> former;
  // The oldest undo that names a key tells what it held first.
  for (std::size_t i = first_above(height); i < undos_.size(); ++i)
    for (const Change& change : undos_[i].changes) former.emplace(change.key, &change.row);
  Changes changes;
  changes.reserve(former.size());
  for (const auto& [key, row] : former) changes.push_back({key, *row});
  return changes;
}

void UndoRing::visit_at(Tree& tree, std::uint64_t height,
                        const std::function<void(const Tree&)>& visit) const {
  const Hash root = tree.root();
  Changes redo = tree.apply(changes_back_to(height));
  visit(tree);
  tree.apply(std::move(redo));
  ASTYQ_CHECK(tree.root() == root);
}

Changes UndoRing::take_back(std::uint64_t height) {
  Changes back = changes_back_to(height);
  undos_.erase(undos_.begin() + static_cast<std::ptrdiff_t>(first_above(height)), undos_.end());
  return back;
}

Changes UndoRing::rollback(Tree& tree, std::uint64_t height) {
  Changes back = take_back(height);
  tree.apply(back);
  return back;
}

}  // namespace astyq::store
