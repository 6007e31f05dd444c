// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <google/protobuf/message.h>

#include <map>
#include <utility>

#include "astyq/options.pb.h"
#include "astyq/receipts/v1/state.pb.h"
#include "store/tree.h"

namespace astyq::sim {

// The rows of a table by the first two numbers of their keys, read as the options of proto/ say.
template <typename Message>
using RowsOf = std::map<std::pair<std::uint64_t, std::uint64_t>, Message>;

template <typename Message>
std::uint8_t type_of_table() {
  return static_cast<std::uint8_t>(
      Message::descriptor()->options().GetExtension(options::table).type());
}

template <typename Message>
RowsOf<Message> read_rows(const store::Tree& tree) {
  RowsOf<Message> rows;
  const char type = static_cast<char>(type_of_table<Message>());
  for (auto at = tree.lower_bound(store::RowKey({&type, 1}));
       at && at->first.type() == static_cast<std::uint8_t>(type);
       at = tree.upper_bound(at->first)) {
    std::uint64_t parts[2] = {0, 0};
    const BytesView key = at->first.bytes().substr(1);
    for (std::size_t i = 0; i < key.size() && i < 16; ++i)
      parts[i / 8] = parts[i / 8] << 8 | static_cast<std::uint8_t>(key[i]);
    Message& row = rows[{parts[0], parts[1]}];
    row.ParseFromString(at->second->open);
    if constexpr (requires { row.mutable_restricted(); })
      row.mutable_restricted()->ParseFromString(at->second->restricted);
  }
  return rows;
}

inline bool is_ended_receipt(const receipts::v1::Receipt& row) {
  return row.state() == receipts::v1::SPLIT || row.state() == receipts::v1::MERGED ||
         row.state() == receipts::v1::REDEEMED;
}

// Sums by id; what was never added to is 0.
template <typename Key>
class Sums {
 public:
  std::uint64_t& operator[](const Key& key) { return sums_[key]; }
  std::uint64_t at(const Key& key) const {
    const auto found = sums_.find(key);
    return found == sums_.end() ? 0 : found->second;
  }
  const std::map<Key, std::uint64_t>& all() const { return sums_; }

 private:
  std::map<Key, std::uint64_t> sums_;
};

}  // namespace astyq::sim
