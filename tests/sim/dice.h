// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace astyq::sim {

// Chance that a seed repeats. Source: Steele, Lea, Flood, Fast splittable pseudorandom number
// generators, 2014 (splitmix64).
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }
  // 0 .. count - 1. Requires: count > 0.
  std::uint64_t below(std::uint64_t count) { return next() % count; }
  std::uint64_t between(std::uint64_t least, std::uint64_t most) {
    return least + below(most - least + 1);
  }
  bool percent(std::uint64_t chance) { return below(100) < chance; }
  template <typename Container>
  const auto& pick(const Container& container) {
    return container[below(container.size())];
  }
  Bytes bytes(std::size_t count) {
    Bytes made(count, '\0');
    for (char& byte : made) byte = static_cast<char>(next());
    return made;
  }

 private:
  std::uint64_t state_;
};

}  // namespace astyq::sim
