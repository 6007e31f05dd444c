// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "store/row_text.h"
#include "store/tree.h"
#include "store/undo.h"
#include "wire/catalogue.h"

// Rows of any table, of any state that is kept.
namespace astyq::query {

// The state that a read sees.
struct State {
  const store::Tree& tree;
  const store::UndoRing* undos = nullptr;  // null: the newest
  std::uint64_t height = 0;                // of `undos`. Requires: undos->can_read(height)
};

enum class Order { kAscending, kDescending };

std::optional<store::Row> find_row(const State& state, const store::RowKey& key);

// Rows whose key begins with `prefix` (the type and any number of whole parts), beyond `after`
// where it is given, in this order.
struct Scan {
  const wire::TableEntry& table;
  Bytes prefix;
  std::optional<store::RowKey> after;
  Order order = Order::kAscending;
  std::size_t most = 0;
};
std::vector<store::Entry> scan_rows(const State& state, const Scan& scan);

}  // namespace astyq::query
