// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/amount.h"
#include "base/check.h"

namespace astyq::elevators {

// Counters of rows. Requires: the result stays in 0 .. 2^63 - 1; each was guarded before.
inline std::uint64_t add_kg(std::uint64_t to, std::uint64_t kg) {
  const auto total = Kg::of(to)->plus(*Kg::of(kg));
  ASTYQ_CHECK(total.has_value());
  return total->count();
}

inline std::uint64_t subtract_kg(std::uint64_t from, std::uint64_t kg) {
  ASTYQ_CHECK(kg <= from);
  return from - kg;
}

}  // namespace astyq::elevators
