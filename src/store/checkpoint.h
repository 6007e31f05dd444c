// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

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
                       const UndoList& undos) = 0;
};

// The rows that changed since the last checkpoint, block by block.
class DirtyRows {
 public:
  // What a block's keys hold after it, or after it was taken back.
  void add(Changes rows);
  std::size_t size() const { return size_; }

  // What each key holds now, ascending.
  Changes newest() const { return newest(blocks_); }
  // All of them, for another thread to write; nothing is left.
  std::vector<Changes> take();
  // Those that could not be written: they are older than what was added since.
  void put_back(std::vector<Changes> older);

  // What each key holds after the last of these blocks, ascending.
  static Changes newest(std::vector<Changes> blocks);

 private:
  std::vector<Changes> blocks_;
  std::size_t size_ = 0;
};

}  // namespace astyq::store
