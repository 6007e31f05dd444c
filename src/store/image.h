// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "store/checkpoint.h"

namespace astyq::store {

// The checkpoint in RocksDB. Integers are big-endian; rows and changes as in row_codec.h.
//   entry    = key -> checksum(16) || content
//   checksum = first 16 bytes of SHA-256(key || content)
//   "h"            -> u32 format version 1 || u64 height || root(32) || u64 first undo || network
//   "r" row key    -> row
//   "u" u64 height -> changes: the undo of this height, for each from the first to the height
class Image final : public Checkpoint {
 public:
  struct Options {
    std::string network_id;
    std::size_t undo_heights = UndoRing::kFewest;
    // RocksDB aborts on a full disk. Below this, and twice what a checkpoint adds, it is not begun.
    std::uint64_t least_free_bytes = 64u << 20;
  };

  // Makes an empty image where there is none. One process at a time.
  // Errors: `disk_full`; `image_failed`; `image_corrupt`; `image_foreign` for another network;
  // `image_newer` for a later format. The text names the ways out.
  static Result<std::unique_ptr<Image>> open(const std::string& path, Options options);
  ~Image() override;

  Result<std::optional<LoadedState>> load() override;
  Status write(std::uint64_t height, const Hash& root, const Changes& rows,
               const UndoRing& undos) override;

  // The height of the last checkpoint; nothing before the first.
  std::optional<std::uint64_t> height() const;

  // Writes a second, independent image of the last checkpoint into a directory that does not exist
  // yet; on the same disk it shares the unchanged files. Errors: `image_failed`.
  Status copy_to(const std::string& path);

 private:
  struct Database;
  explicit Image(std::unique_ptr<Database> database);
  std::unique_ptr<Database> database_;
};

}  // namespace astyq::store
