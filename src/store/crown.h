// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "store/row.h"

// The upper part of a tree, down to subtrees of a size that is handed on as a whole. Whoever has
// the root can check the crown, and with the crown each part by itself, as it arrives.
namespace astyq::store {

// A subtree that the crown does not look into.
struct Bough {
  std::uint32_t rows = 0;
  std::uint32_t bytes = 0;  // of its rows, as they are handed on
  Hash hash{};

  bool operator==(const Bough&) const = default;
};

struct Crown {
  std::vector<Bough> boughs;  // left to right
  // Preorder from the root, a bit each, from the highest bit of a byte: 1 an inner node, 0 a bough.
  // What is left of the last byte is 0.
  Bytes shape;

  bool operator==(const Crown&) const = default;
  // What it hashes to; SHA-256("") without boughs. Nothing where shape and boughs do not go
  // together, or no tree is so deep.
  std::optional<Hash> root() const;
};

// The root of rows that come in the order of their keys, without a tree in memory.
class RowsHasher {
 public:
  RowsHasher();
  ~RowsHasher();
  // Requires: a key greater than all before it, and none that another begins with.
  void add(const RowKey& key, const Row& row);
  // Of all rows so far; it begins anew then. SHA-256("") for none.
  Hash finish();

 private:
  struct Spine;
  std::unique_ptr<Spine> spine_;
};

// The crown of rows that come in the order of their keys.
class CrownBuilder {
 public:
  // A bough has at most so many bytes, or is one row.
  explicit CrownBuilder(std::uint32_t most_bytes);
  ~CrownBuilder();
  // As RowsHasher::add. `bytes`: of the row as it is handed on.
  void add(const RowKey& key, const Row& row, std::uint32_t bytes);
  Crown finish();

 private:
  struct Spine;
  std::unique_ptr<Spine> spine_;
};

}  // namespace astyq::store
