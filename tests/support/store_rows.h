// SPDX-License-Identifier: Apache-2.0
#pragma once

// Rows, keys and a naive reference for the tests of the store.

#include <map>
#include <random>
#include <vector>

#include "crypto/sha256.h"
#include "store/tree.h"

namespace astyq::store::test {

using Model = std::map<RowKey, Row>;

// type(1) || u64, or for odd types type(1) || u32 spread over 12 bytes: two lengths in one tree.
inline RowKey key_of(std::uint8_t type, std::uint64_t number) {
  Bytes bytes(1, static_cast<char>(type));
  append_u64(bytes, number);
  if (type % 2 == 1) bytes += Bytes(4, '\0');
  return RowKey(bytes);
}

inline Row row_of(const Bytes& open) {
  return Row{open, "", std::nullopt};
}

inline Row random_row(std::mt19937_64& random) {
  Row row;
  row.open = Bytes(random() % 60, static_cast<char>(random()));
  if (random() % 3 == 0) {
    row.restricted = Bytes(random() % 30, static_cast<char>(random()));
    row.blind.emplace();
    for (auto& byte : *row.blind) byte = static_cast<std::uint8_t>(random());
  }
  return row;
}

// Some keys close together, some far apart.
inline RowKey random_key(std::mt19937_64& random, std::uint64_t spread) {
  const auto type = static_cast<std::uint8_t>(random() % 3 + 1);
  return key_of(type, random() % 4 == 0 ? random() : random() % spread);
}

inline Changes random_changes(std::mt19937_64& random, const Model& model, std::size_t count) {
  std::map<RowKey, std::optional<Row>> picked;
  for (std::size_t i = 0; i < count; ++i) {
    RowKey key = random_key(random, 200);
    if (random() % 2 == 0 && !model.empty()) {
      const auto near = model.lower_bound(key);
      key = near == model.end() ? model.begin()->first : near->first;
    }
    if (random() % 5 < 2)
      picked[key] = std::nullopt;
    else
      picked[key] = random_row(random);
  }
  Changes changes;
  for (auto& [key, row] : picked) changes.push_back({key, row});
  return changes;
}

inline void apply_to(Model& model, const Changes& changes) {
  for (const Change& change : changes) {
    model.erase(change.key);
    if (change.row) model.emplace(change.key, *change.row);
  }
}

inline Model model_of(const Tree& tree) {
  Model model;
  for (auto found = tree.lower_bound(RowKey(Bytes(1, '\0'))); found;
       found = tree.upper_bound(found->first))
    model.emplace(found->first, *found->second);
  return model;
}

inline bool bit_of(const RowKey& key, unsigned bit) {
  const BytesView bytes = key.bytes();
  if (bit / 8 >= bytes.size()) return false;
  return (static_cast<unsigned char>(bytes[bit / 8]) & (0x80u >> bit % 8)) != 0;
}

inline Hash reference_leaf(const RowKey& key, const Row& row) {
  Bytes bytes(1, '\0');
  append_varint(bytes, key.bytes().size());
  bytes += key.bytes();
  const Hash value = crypto::sha256(row.committed_value());
  append_varint(bytes, value.size());
  bytes += view(value);
  return crypto::sha256(bytes);
}

// The definition, spelled out: split where the first and the last key first differ.
inline Hash reference_root(const std::vector<std::pair<RowKey, Row>>& rows, unsigned bit = 0) {
  if (rows.empty()) return crypto::sha256({});
  if (rows.size() == 1) return reference_leaf(rows[0].first, rows[0].second);
  while (bit_of(rows.front().first, bit) == bit_of(rows.back().first, bit)) ++bit;
  std::vector<std::pair<RowKey, Row>> left, right;
  for (const auto& row : rows) (bit_of(row.first, bit) ? right : left).push_back(row);
  return crypto::inner_node(reference_root(left, bit + 1), reference_root(right, bit + 1));
}

inline Hash reference_root(const Model& model) {
  return reference_root(std::vector<std::pair<RowKey, Row>>(model.begin(), model.end()));
}

}  // namespace astyq::store::test
