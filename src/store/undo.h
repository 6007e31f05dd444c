// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "store/tree.h"

namespace astyq::store {

// What one block changed: applied to the state after `height` it gives the state before.
struct Undo {
  std::uint64_t height = 0;
  Changes changes;
};

// Undos in order of height, where a ring keeps them.
using UndoList = std::vector<const Undo*>;

// The undos of the last heights: reads in the recent past, proofs for a header one height late, and
// going back by a few heights. Every call takes the tree as it is after last_height().
class UndoRing {
 public:
  static constexpr std::size_t kFewest = 100;

  // Keeps the undos of the last `capacity` heights. Requires: capacity >= 1.
  explicit UndoRing(std::size_t capacity = kFewest);

  // Requires: height is last_height() + 1, unless the ring is empty.
  void push(std::uint64_t height, Changes undo);
  bool empty() const { return undos_.empty(); }
  // Requires: !empty().
  std::uint64_t last_height() const;
  // The state after this height can be read: at most as many heights back as undos are kept.
  bool can_read(std::uint64_t height) const;
  // Oldest first.
  const std::deque<Undo>& undos() const { return undos_; }
  // Those of now for another thread to read while blocks go on: between hold() and release() none
  // leaves the ring. Valid until release(), rollback() or take_back().
  UndoList hold();
  void release();

  // The row after `height`; nothing when it was absent. Valid until the next push or apply.
  // Requires: can_read(height).
  const Row* find_at(const Tree& tree, const RowKey& key, std::uint64_t height) const;
  // The first entry after `height` whose key is not less than (greater than) `key`. Requires and
  // valid: as find_at.
  std::optional<std::pair<RowKey, const Row*>> lower_bound_at(const Tree& tree, const RowKey& key,
                                                              std::uint64_t height) const;
  std::optional<std::pair<RowKey, const Row*>> upper_bound_at(const Tree& tree, const RowKey& key,
                                                              std::uint64_t height) const;

  // Shows the tree as it was after `height`, for proofs; then brings it back. Costs two applies of
  // what changed since: ask for many proofs at once. Requires: can_read(height).
  void visit_at(Tree& tree, std::uint64_t height,
                const std::function<void(const Tree&)>& visit) const;

  // Takes the tree back for good and forgets the undos above `height`. Returns what to write into
  // an image that held the former state. Requires: can_read(height).
  Changes rollback(Tree& tree, std::uint64_t height);
  // The same for whoever applies it: what takes the tree back; the undos are forgotten.
  Changes take_back(std::uint64_t height);

 private:
  using Found = std::optional<std::pair<RowKey, const Row*>>;
  // The first key of the tree or of an undo above `height` that is not less than (greater than)
  // `key`.
  std::optional<RowKey> next_key(const Tree& tree, const RowKey& key, std::uint64_t height,
                                 bool or_equal) const;
  Found bound_at(const Tree& tree, RowKey key, std::uint64_t height, bool or_equal) const;
  // One change a key: what it held after `height`.
  Changes changes_back_to(std::uint64_t height) const;
  std::size_t first_above(std::uint64_t height) const;

  void forget_oldest();

  std::size_t capacity_;
  bool held_ = false;
  std::deque<Undo> undos_;
};

}  // namespace astyq::store
