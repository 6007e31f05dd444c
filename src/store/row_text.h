// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/row.h"
#include "wire/catalogue.h"

// Keys and rows as people and programs read them, by the descriptors alone.
namespace astyq::store {

// A row's key as text: its parts joined by ':', numbers in decimal, bytes in lower-case
// hexadecimal. Faults: `key_invalid`, the text says what the key must look like.
Result<RowKey> parse_key(const wire::TableEntry& table, std::string_view text);
// Requires: a key of this table.
std::string key_text(const wire::TableEntry& table, const RowKey& key);
// Bytes of a whole key of the table.
std::size_t key_size(const wire::TableEntry& table);
// One part as it stands in keys. Faults: `key_invalid`.
Result<Bytes> parse_key_part(const wire::KeyPart& part, std::string_view text);

// The parts of the key by name, then the fields of the row; `restricted` only when `opened`.
// Requires: a key of this table, and bytes that row_message takes.
std::string row_json(const wire::TableEntry& table, const RowKey& key, const Row& row, bool opened);

// The row as a message; null for bytes that are none.
std::unique_ptr<google::protobuf::Message> row_message(const wire::TableEntry& table,
                                                       const Row& row, bool opened);

// The party that may have the row's restricted part opened; 0 where the table names none.
// Requires: a row of this table, as the ledger wrote it.
std::uint64_t opener_of(const wire::TableEntry& table, const RowKey& key, const Row& row);

}  // namespace astyq::store
