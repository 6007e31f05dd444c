// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "store/tree_nodes.h"

namespace astyq::store {
namespace {

constexpr std::size_t kFirstPlaces = 8;

std::uint32_t mark_of(std::uint64_t spread) {
  return static_cast<std::uint32_t>(spread >> 32);
}

}  // namespace

void LeafIndex::Table::put(Place place, std::uint64_t spread) {
  std::size_t at = home(spread);
  while (places[at].leaf != 0) at = (at + 1) & (places.size() - 1);
  places[at] = place;
}

void LeafIndex::Table::grow(const Pool<Leaf>& leaves) {
  const std::vector<Place> former =
      std::exchange(places, std::vector<Place>(std::max(kFirstPlaces, 2 * places.size())));
  for (const Place& place : former)
    if (place.leaf != 0) put(place, leaves[place.leaf - 1].key.spread());
}

void LeafIndex::add(const RowKey& key, std::uint32_t leaf, const Pool<Leaf>& leaves) {
  const std::uint64_t spread = key.spread();
  Table& table = tables_[table_of(spread)];
  if (2 * (table.size + 1) > table.places.size()) table.grow(leaves);
  ++table.size;
  table.put({leaf + 1, mark_of(spread)}, spread);
}

void LeafIndex::remove(const RowKey& key, std::uint32_t leaf, const Pool<Leaf>& leaves) {
  const std::uint64_t spread = key.spread();
  Table& table = tables_[table_of(spread)];
  auto& places = table.places;
  const std::size_t mask = places.size() - 1;
  std::size_t gap = table.home(spread);
  while (places[gap].leaf != leaf + 1) gap = (gap + 1) & mask;
  // What stands behind it without a gap moves up, unless it would pass its own place.
  for (std::size_t at = (gap + 1) & mask; places[at].leaf != 0; at = (at + 1) & mask) {
    const std::size_t own = table.home(leaves[places[at].leaf - 1].key.spread());
    if (((at - own) & mask) < ((at - gap) & mask)) continue;
    places[gap] = places[at];
    gap = at;
  }
  places[gap] = Place();
  --table.size;
}

NodeRef LeafIndex::find(const RowKey& key, const Pool<Leaf>& leaves) const {
  const std::uint64_t spread = key.spread();
  const Table& table = tables_[table_of(spread)];
  const auto& places = table.places;
  if (places.empty()) return kNone;
  for (std::size_t at = table.home(spread); places[at].leaf != 0;
       at = (at + 1) & (places.size() - 1)) {
    const std::uint32_t leaf = places[at].leaf - 1;
    if (places[at].mark == mark_of(spread) && leaves[leaf].key == key) return leaf | kLeafBit;
  }
  return kNone;
}

void LeafIndex::prefetch(std::uint64_t spread) const {
  const Table& table = tables_[table_of(spread)];
  if (!table.places.empty()) __builtin_prefetch(&table.places[table.home(spread)]);
}

std::optional<std::uint32_t> LeafIndex::likely(std::uint64_t spread) const {
  const Table& table = tables_[table_of(spread)];
  const auto& places = table.places;
  if (places.empty()) return std::nullopt;
  for (std::size_t at = table.home(spread); places[at].leaf != 0;
       at = (at + 1) & (places.size() - 1))
    if (places[at].mark == mark_of(spread)) return places[at].leaf - 1;
  return std::nullopt;
}

}  // namespace astyq::store
