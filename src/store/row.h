// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

#include "base/bytes.h"

namespace astyq::store {

// type(1) || fixed-length key of the table, at most 40 bytes. Length depends on the type alone, so
// no key is a prefix of another. Ordered as byte strings.
class RowKey {
 public:
  static constexpr std::size_t kMaxSize = 41;

  RowKey() = default;
  // Requires: 1 <= bytes.size() <= kMaxSize.
  explicit RowKey(BytesView bytes);

  BytesView bytes() const { return {reinterpret_cast<const char*>(bytes_.data()), size_}; }
  std::uint8_t type() const { return bytes_[0]; }
  // For tables in memory that are open to all keys. What a user chooses stands in keys only hashed,
  // so that he cannot bring many to one place for less than it costs him to find them.
  std::uint64_t spread() const;
  bool operator==(const RowKey& other) const { return bytes() == other.bytes(); }
  std::strong_ordering operator<=>(const RowKey& other) const { return bytes() <=> other.bytes(); }

 private:
  std::uint8_t size_ = 0;
  std::array<std::uint8_t, kMaxSize> bytes_{};
};

// What one key holds. A table either declares a restricted part for all its rows or for none.
//   tree value = version(1) || open || [ SHA-256(blind || restricted) ]
struct Row {
  static constexpr char kVersion = 1;

  Bytes open;        // canonical bytes of the public message
  Bytes restricted;  // canonical bytes of the restricted message
  std::optional<std::array<std::uint8_t, 16>>
      blind;  // present if and only if a restricted part is declared

  bool operator==(const Row&) const = default;
  // The bytes that the tree commits to; never empty.
  Bytes committed_value() const;
};

// `row` absent: the key is erased.
struct Change {
  RowKey key;
  std::optional<Row> row;
};

// Ascending by key, each key once. Of an undo: what each key held before.
using Changes = std::vector<Change>;

}  // namespace astyq::store
