// SPDX-License-Identifier: Apache-2.0
#include "audit/books.h"

namespace astyq::audit {

std::size_t PlaceHash::operator()(const Place& place) const {
  const std::size_t ids = (place.of * 0x9E3779B97F4A7C15 + place.in) * 0xC2B2AE3D27D4EB4F;
  return std::hash<std::string_view>()(place.figure) ^ ids ^ ids >> 32;
}

std::uint64_t Books::at(const Place& place) const {
  const auto found = figures_.find(place);
  return found == figures_.end() ? 0 : found->second;
}

void Books::add(const Place& place, std::uint64_t growth) {
  touch(place).due += growth;
  if ((figures_[place] += growth) == 0) figures_.erase(place);
}

Books::Growth& Books::touch(const Place& place) {
  const auto [found, is_new] = growths_.try_emplace(place);
  if (is_new) touched_.push_back(place);
  if (now_) found->second.operation = now_;
  return found->second;
}

std::optional<Difference> Books::settle() {
  std::optional<Difference> first;
  for (const Place& place : touched_) {
    const Growth& growth = growths_.at(place);
    if (first || (growth.due == growth.held && !growth.denied)) continue;
    std::string text(place.figure);
    for (const std::uint64_t id : {place.of, place.in})
      if (const auto at = text.find('#'); at != text.npos) text.replace(at, 1, std::to_string(id));
    const std::uint64_t due = at(place) == 0 ? growth.due : at(place);
    text += growth.denied ? ": it contradicts what was there or what was done"
                          : ": " + std::to_string(due) + " is due, the state has " +
                                std::to_string(due - growth.due + growth.held);
    first = Difference{std::move(text), growth.operation};
  }
  growths_.clear();
  touched_.clear();
  return first;
}

Books Books::reopened() const {
  Books books;
  for (const auto& [place, value] : figures_) books.add(place, value);
  return books;
}

}  // namespace astyq::audit
