// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "store/row.h"

namespace astyq::store {

struct Entry {
  RowKey key;
  Row row;
};

// The authenticated state in memory: an ordered, path-compressed binary tree over the keys, hashed
// as ICS-23's TendermintSpec (leaf: 0x00 || varint len key || key || 0x20 || SHA-256(value); inner:
// 0x01 || left || right). Its shape and root depend on the rows alone, never on the order of
// changes.
class Tree {
 public:
  Tree();
  ~Tree();
  Tree(Tree&&) noexcept;
  Tree& operator=(Tree&&) noexcept;

  std::size_t size() const;
  // Nothing when absent. Valid until the next apply.
  const Row* find(const RowKey& key) const;
  // Asks for the memory of these rows ahead of finding them; absent ones do no harm.
  void prefetch(std::span<const RowKey> keys) const;
  // The first entry whose key is not less than `key`; nothing past the end. Valid until the next
  // apply.
  std::optional<std::pair<RowKey, const Row*>> lower_bound(const RowKey& key) const;
  // The first entry whose key is greater than `key`; nothing past the end. Valid until the next
  // apply.
  std::optional<std::pair<RowKey, const Row*>> upper_bound(const RowKey& key) const;

  // Writes and erases rows, then re-hashes what changed. Returns the undo: applying it restores the
  // former rows and the former root. Requires: ascending by key, each key once.
  Changes apply(Changes changes);

  // SHA-256("") for an empty tree.
  Hash root() const;

  class Builder;

 private:
  friend class Prover;
  struct Nodes;
  std::unique_ptr<Nodes> nodes_;
};

// Makes a tree from its rows in order, as an image or a snapshot gives them: faster than apply.
class Tree::Builder {
 public:
  Builder();
  // Requires: a key greater than all before it.
  void add(Entry entry);
  // Ends the builder.
  Tree finish();

 private:
  Tree tree_;
  std::uint32_t last_;
};

}  // namespace astyq::store
