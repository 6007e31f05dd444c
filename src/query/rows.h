// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/tree.h"
#include "store/undo.h"
#include "wire/catalogue.h"

// Rows of any table, read by the descriptors alone.
namespace astyq::query {

// The state that a read sees.
struct State {
  const store::Tree& tree;
  const store::UndoRing* undos = nullptr;  // null: the newest
  std::uint64_t height = 0;                // of `undos`. Requires: undos->can_read(height)
};

enum class Order { kAscending, kDescending };

// A row's key as text: its parts joined by ':', numbers in decimal, bytes in lower-case
// hexadecimal. Faults: `key_invalid`, the text says what the key must look like.
Result<store::RowKey> parse_key(const wire::TableEntry& table, std::string_view text);
// Requires: a key of this table.
std::string key_text(const wire::TableEntry& table, const store::RowKey& key);
// Bytes of a whole key of the table.
std::size_t key_size(const wire::TableEntry& table);
// One part as it stands in keys. Faults: `key_invalid`.
Result<Bytes> parse_key_part(const wire::KeyPart& part, std::string_view text);

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

// The parts of the key by name, then the fields of the row; `restricted` only when `opened`.
std::string row_json(const wire::TableEntry& table, const store::Entry& entry, bool opened);

// The row as a message. Requires: a row of this table, as the ledger wrote it.
std::unique_ptr<google::protobuf::Message> row_message(const wire::TableEntry& table,
                                                       const store::Row& row, bool opened);

}  // namespace astyq::query
