// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "store/checkpoint.h"
#include "store/rocks.h"

namespace astyq::store {

// Gives the rows of a state in order, some at a time.
class RowSource {
 public:
  virtual ~RowSource() = default;
  // None at the end. Errors: those of what they are read from.
  virtual Result<std::vector<Entry>> next() = 0;
};

// The checkpoint in RocksDB. Integers are big-endian; rows and changes as in row_codec.h.
//   entry    = key -> checksum(16) || content
//   checksum = first 16 bytes of SHA-256(key || content)
//   "h"            -> u32 format version 1 || u64 height || root(32) || u64 first undo || network
//   "r" row key    -> row
//   "u" u64 height -> changes: the undo of this height, for each from the first to the height
//   "f"            -> nothing: a first checkpoint is being filled in; without "h" it was
//   interrupted
class Image final : public Checkpoint {
 public:
  struct Options {
    std::string network_id;
    std::size_t undo_heights = UndoRing::kFewest;
    // Below this, and twice what a checkpoint adds, it is not begun.
    std::uint64_t least_free_bytes = kLeastFreeBytes;
    // Nothing on the disk is touched; nothing may be written then, and there must be an image.
    bool read_only = false;
  };

  // Makes an empty image where there is none. One process at a time.
  // Errors: `disk_full`; `image_failed`; `image_corrupt`; `image_foreign` for another network;
  // `image_newer` for a later format. The text names the ways out.
  static Result<std::unique_ptr<Image>> open(const std::string& path, Options options);
  ~Image() override;

  Result<std::optional<LoadedState>> load() override;
  // The same in two halves that may run on two threads: the rows, read and checked, and the state
  // that is built of them. Requires: `source` gives what rows() gives.
  std::unique_ptr<RowSource> rows() const;
  // From the first row whose key is not less than this one.
  std::unique_ptr<RowSource> rows(const RowKey& from) const;
  Result<std::optional<LoadedState>> load(RowSource& source);
  Status write(std::uint64_t height, const Hash& root, const Changes& rows,
               const UndoList& undos) override;

  // Makes a whole state the first checkpoint of an empty image, with no undos. What an interruption
  // leaves is empty again when it is opened. Requires: nothing was written yet. Errors: as write.
  Status fill(std::uint64_t height, const Tree& tree);

  // Reads every entry and checks it; `pace` is called with the bytes of each and ends the reading
  // when it gives false. May be called beside write. Errors: `image_corrupt`, `image_failed`.
  Status verify(const std::function<bool(std::size_t)>& pace) const;

  const std::string& path() const;
  // The height of the last checkpoint; nothing before the first.
  std::optional<std::uint64_t> height() const;

  // Writes a second, independent image of the last checkpoint into a directory that does not exist
  // yet; on the same disk it shares the unchanged files. Errors: `image_failed`, `disk_full`.
  Status copy_to(const std::string& path);

 private:
  struct Database;
  class RowReader;
  explicit Image(std::unique_ptr<Database> database);
  std::unique_ptr<Database> database_;
};

}  // namespace astyq::store
