// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "store/tree_nodes.h"

namespace astyq::store {
namespace {

constexpr std::size_t kFirstPlaces = 64;

std::uint32_t mark_of(std::uint64_t spread) {
  return static_cast<std::uint32_t>(spread >> 32);
}

}  // namespace

void LeafIndex::put(Place place, std::uint64_t spread) {
  std::size_t at = home(spread);
  while (places_[at].leaf != 0) at = (at + 1) & (places_.size() - 1);
  places_[at] = place;
}

void LeafIndex::grow(const Pool<Leaf>& leaves) {
  const std::vector<Place> former =
      std::exchange(places_, std::vector<Place>(std::max(kFirstPlaces, 2 * places_.size())));
  for (const Place& place : former)
    if (place.leaf != 0) put(place, leaves[place.leaf - 1].key.spread());
}

void LeafIndex::add(const RowKey& key, std::uint32_t leaf, const Pool<Leaf>& leaves) {
  if (2 * (size_ + 1) > places_.size()) grow(leaves);
  ++size_;
  const std::uint64_t spread = key.spread();
  put({leaf + 1, mark_of(spread)}, spread);
}

void LeafIndex::remove(const RowKey& key, std::uint32_t leaf, const Pool<Leaf>& leaves) {
  const std::size_t mask = places_.size() - 1;
  std::size_t gap = home(key.spread());
  while (places_[gap].leaf != leaf + 1) gap = (gap + 1) & mask;
  // What stands behind it without a gap moves up, unless it would pass its own place.
  for (std::size_t at = (gap + 1) & mask; places_[at].leaf != 0; at = (at + 1) & mask) {
    const std::size_t own = home(leaves[places_[at].leaf - 1].key.spread());
    if (((at - own) & mask) < ((at - gap) & mask)) continue;
    places_[gap] = places_[at];
    gap = at;
  }
  places_[gap] = Place();
  --size_;
}

NodeRef LeafIndex::find(const RowKey& key, const Pool<Leaf>& leaves) const {
  if (places_.empty()) return kNone;
  const std::uint64_t spread = key.spread();
  for (std::size_t at = home(spread); places_[at].leaf != 0; at = (at + 1) & (places_.size() - 1)) {
    const std::uint32_t leaf = places_[at].leaf - 1;
    if (places_[at].mark == mark_of(spread) && leaves[leaf].key == key) return leaf | kLeafBit;
  }
  return kNone;
}

}  // namespace astyq::store
