// SPDX-License-Identifier: Apache-2.0
#pragma once

// A checkpoint without a disk, for the tests of what is built upon one. It keeps encoded bytes, as
// the image does; `MemoryImage` outlives the process that a test ends.

#include <map>

#include "store/checkpoint.h"
#include "store/row_codec.h"

namespace astyq::store::test {

struct MemoryImage {
  std::map<RowKey, Bytes> rows;
  std::map<std::uint64_t, Bytes> undos;
  std::optional<std::uint64_t> height;
  Hash root{};
  bool fail_writes = false;
};

class MemoryCheckpoint final : public Checkpoint {
 public:
  explicit MemoryCheckpoint(MemoryImage& image, std::size_t undo_heights = UndoRing::kFewest)
      : image_(image), undo_heights_(undo_heights) {}

  Result<std::optional<LoadedState>> load() override {
    if (!image_.height) return std::optional<LoadedState>();
    Tree::Builder builder;
    for (const auto& [key, bytes] : image_.rows) builder.add({key, decode_row(bytes).value()});
    LoadedState state{*image_.height, builder.finish(), UndoRing(undo_heights_)};
    ASTYQ_CHECK(state.tree.root() == image_.root);
    for (const auto& [height, bytes] : image_.undos)
      state.undos.push(height, decode_changes(bytes).value());
    return std::optional(std::move(state));
  }

  Status write(std::uint64_t height, const Hash& root, const Changes& rows,
               const UndoList& undos) override {
    if (image_.fail_writes) return Fault{"image_failed", "the image failed on request"};
    for (const Change& change : rows) {
      image_.rows.erase(change.key);
      if (change.row) image_.rows.emplace(change.key, encode_row(*change.row));
    }
    image_.undos.clear();
    for (const Undo* undo : undos)
      image_.undos.emplace(undo->height, encode_changes(undo->changes));
    image_.height = height;
    image_.root = root;
    return Done{};
  }

 private:
  MemoryImage& image_;
  std::size_t undo_heights_;
};

}  // namespace astyq::store::test
