// SPDX-License-Identifier: Apache-2.0
#include "engine/digest_set.h"

#include <algorithm>
#include <utility>

namespace astyq::engine {
namespace {

constexpr std::size_t kFirstPlaces = 16;
constexpr DigestSet::Digest kEmpty{};

}  // namespace

std::size_t DigestSet::Table::home(const Digest& digest) const {
  return static_cast<std::size_t>(read_u64(view(digest))) & (places.size() - 1);
}

std::size_t DigestSet::Table::find(const Digest& digest) const {
  std::size_t place = home(digest);
  while (places[place] != kEmpty && places[place] != digest)
    place = (place + 1) & (places.size() - 1);
  return place;
}

void DigestSet::Table::grow() {
  const std::vector<Digest> former =
      std::exchange(places, std::vector<Digest>(std::max(kFirstPlaces, 2 * places.size()), kEmpty));
  for (const Digest& digest : former)
    if (digest != kEmpty) places[find(digest)] = digest;
}

std::size_t DigestSet::size() const {
  std::size_t size = has_zero_ ? 1 : 0;
  for (const Table& table : tables_) size += table.size;
  return size;
}

bool DigestSet::contains(const Digest& digest) const {
  if (digest == kEmpty) return has_zero_;
  const Table& table = table_of(digest);
  return !table.places.empty() && table.places[table.find(digest)] == digest;
}

bool DigestSet::insert(const Digest& digest) {
  if (contains(digest)) return false;
  if (digest == kEmpty) return has_zero_ = true;
  Table& table = table_of(digest);
  ++table.size;
  if (2 * table.size > table.places.size()) table.grow();
  table.places[table.find(digest)] = digest;
  return true;
}

bool DigestSet::erase(const Digest& digest) {
  if (!contains(digest)) return false;
  if (digest == kEmpty) return !(has_zero_ = false);
  Table& table = table_of(digest);
  --table.size;
  // What stands behind it without a gap moves up, unless it would pass its own place.
  auto& places = table.places;
  const std::size_t mask = places.size() - 1;
  std::size_t gap = table.find(digest);
  for (std::size_t at = (gap + 1) & mask; places[at] != kEmpty; at = (at + 1) & mask) {
    if (((at - table.home(places[at])) & mask) < ((at - gap) & mask)) continue;
    places[gap] = places[at];
    gap = at;
  }
  places[gap] = kEmpty;
  return true;
}

}  // namespace astyq::engine
