// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <set>

#include "base/result.h"
#include "store/tree.h"
#include "store/undo.h"

namespace astyq::store {

// The state after one height, as a checkpoint gives it back.
struct LoadedState {
  std::uint64_t height = 0;
  Tree tree;
  UndoRing undos;
};

// The state on the disk, some blocks behind the log: restart is the last checkpoint and the log
// above it.
class Checkpoint {
 public:
  virtual ~Checkpoint() = default;

  // Nothing when no checkpoint was written yet. Every row is checked, and their root against the
  // stored one. Errors: `image_corrupt`, the text names the key and the ways out; `image_failed`.
  virtual Result<std::optional<LoadedState>> load() = 0;

  // Makes `height` and `root` the state on the disk, all at once and durably: `rows` since the last
  // checkpoint, the undos of the ring that are newer than it; those that left the ring go.
  // Requires: the log is synced up to `height`. After a rollback the next call is with the height
  // it went back to, before any further block. Errors: `disk_full` and nothing was begun;
  // `image_failed`; the state on the disk is then the former or the new one.
  virtual Status write(std::uint64_t height, const Hash& root, const Changes& rows,
                       const UndoRing& undos) = 0;
};

// Which keys changed since the last checkpoint.
class DirtyKeys {
 public:
  // Any changes that were applied, or their undo.
  void add(const Changes& changes) {
    for (const Change& change : changes) keys_.insert(change.key);
  }
  std::size_t size() const { return keys_.size(); }
  // What these keys hold now, ascending. Forget the keys once that is written.
  Changes rows(const Tree& tree) const {
    Changes rows;
    rows.reserve(keys_.size());
    for (const RowKey& key : keys_) {
      const Row* row = tree.find(key);
      rows.push_back({key, row == nullptr ? std::nullopt : std::optional(*row)});
    }
    return rows;
  }
  void clear() { keys_.clear(); }

 private:
  std::set<RowKey> keys_;
};

}  // namespace astyq::store
