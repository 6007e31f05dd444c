// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace astyq::cli {

// Numbers that are the same in every run, for the demonstration alone.
// Source: SplitMix64, Steele, Lea and Flood 2014.
class SeededRandom {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return mixed ^ (mixed >> 31);
  }
  // Requires: least <= most.
  std::uint64_t between(std::uint64_t least, std::uint64_t most) {
    return least + next() % (most - least + 1);
  }

 private:
  std::uint64_t state_;
};

}  // namespace astyq::cli
