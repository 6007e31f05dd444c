// SPDX-License-Identifier: Apache-2.0
#include "engine/digest_set.h"

#include <algorithm>
#include <utility>

namespace astyq::engine {
namespace {

constexpr std::size_t kFirstPlaces = 64;
constexpr DigestSet::Digest kEmpty{};

}  // namespace

std::size_t DigestSet::home(const Digest& digest) const {
  return static_cast<std::size_t>(read_u64(view(digest))) & (places_.size() - 1);
}

std::size_t DigestSet::find(const Digest& digest) const {
  std::size_t place = home(digest);
  while (places_[place] != kEmpty && places_[place] != digest)
    place = (place + 1) & (places_.size() - 1);
  return place;
}

bool DigestSet::contains(const Digest& digest) const {
  if (digest == kEmpty) return has_zero_;
  return !places_.empty() && places_[find(digest)] == digest;
}

void DigestSet::grow() {
  const std::vector<Digest> former = std::exchange(
      places_, std::vector<Digest>(std::max(kFirstPlaces, 2 * places_.size()), kEmpty));
  for (const Digest& digest : former)
    if (digest != kEmpty) places_[find(digest)] = digest;
}

bool DigestSet::insert(const Digest& digest) {
  if (contains(digest)) return false;
  ++size_;
  if (digest == kEmpty) return has_zero_ = true;
  if (2 * size_ > places_.size()) grow();
  places_[find(digest)] = digest;
  return true;
}

bool DigestSet::erase(const Digest& digest) {
  if (!contains(digest)) return false;
  --size_;
  if (digest == kEmpty) return !(has_zero_ = false);
  // What stands behind it without a gap moves up, unless it would pass its own place.
  std::size_t gap = find(digest);
  for (std::size_t at = (gap + 1) & (places_.size() - 1); places_[at] != kEmpty;
       at = (at + 1) & (places_.size() - 1)) {
    const std::size_t mask = places_.size() - 1;
    if (((at - home(places_[at])) & mask) < ((at - gap) & mask)) continue;
    places_[gap] = places_[at];
    gap = at;
  }
  places_[gap] = kEmpty;
  return true;
}

}  // namespace astyq::engine
