// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "store/row.h"
#include "store/tree.h"

namespace astyq {

// What a block has written so far, over the state before it. Nothing reaches the tree before the
// block ends; an operation that is refused is rolled back to the savepoint before it.
class Overlay {
 public:
  using Savepoint = std::size_t;

  // A key that was written since a savepoint; absent rows are null.
  struct Written {
    store::RowKey key;
    const store::Row* before;
    const store::Row* after;
  };

  // Requires: `base` outlives the overlay and does not change under it.
  explicit Overlay(const store::Tree& base) : base_(base) {}

  // Null when absent. Valid until the next write or rollback.
  const store::Row* find(const store::RowKey& key) const;
  // The first key present that is not less than `from`.
  std::optional<store::RowKey> first_from(const store::RowKey& from) const;

  // Writes or, with nothing, erases. Writing what is there already is no change.
  void write(const store::RowKey& key, std::optional<store::Row> row);

  // How many keys were written, whatever with.
  std::size_t size() const { return written_.size(); }

  Savepoint savepoint() const { return journal_.size(); }
  void rollback(Savepoint to);
  // Ascending by key, each key once. Valid until the next write or rollback.
  std::vector<Written> written_since(Savepoint from) const;
  // Everything written, to be applied to the base.
  store::Changes changes() const;

 private:
  // A key that was asked for or written: the base is asked once.
  struct Entry {
    store::RowKey key;
    const store::Row* base;  // null when absent
    bool written = false;
    std::optional<store::Row> row{};  // what was written last

    const store::Row* now() const;
  };
  struct Step {
    Entry* entry;
    bool was_written;                   // by an earlier step of this overlay
    std::optional<store::Row> earlier;  // what that step wrote
  };

  Entry& entry(const store::RowKey& key) const;
  void index(std::uint32_t number) const;

  const store::Tree& base_;
  // Reading is no change, though it remembers what it found. The index is an open table of numbers
  // of entries; 0 is an empty place.
  mutable std::deque<Entry> entries_;
  mutable std::vector<std::uint32_t> index_;
  std::map<store::RowKey, Entry*> written_;
  std::vector<Step> journal_;
};

}  // namespace astyq
