// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

// Naming what the same transaction makes: in a field that is the id of a row, a number with the
// highest bit set stands for "the i-th row that operation k of this transaction makes". Ids that
// the ledger gives never reach that bit.
//   id = 1 (1 bit) | k (47 bits) | i (16 bits)
namespace astyq::wire {

inline constexpr std::uint64_t kResultOf = std::uint64_t{1} << 63;
inline constexpr unsigned kResultIndexBits = 16;

constexpr std::uint64_t make_result_of(std::uint32_t operation, std::uint16_t index = 0) {
  return kResultOf | (std::uint64_t{operation} << kResultIndexBits) | index;
}
constexpr bool is_result_of(std::uint64_t id) {
  return (id & kResultOf) != 0;
}
// Requires: is_result_of(id). May exceed 32 bits when the bytes came from outside.
constexpr std::uint64_t result_operation(std::uint64_t id) {
  return (id & ~kResultOf) >> kResultIndexBits;
}
// Requires: is_result_of(id).
constexpr std::uint16_t result_index(std::uint64_t id) {
  return static_cast<std::uint16_t>(id);
}

}  // namespace astyq::wire
