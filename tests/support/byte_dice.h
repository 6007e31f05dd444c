// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/bytes.h"

namespace astyq::test {

// Chance from the bytes of an input, one after the other, so that a fuzzer that changes a byte
// changes one decision. When they are used up every answer is 0.
class ByteDice {
 public:
  explicit ByteDice(BytesView bytes) : rest_(bytes) {}

  bool empty() const { return rest_.empty(); }
  std::uint8_t byte() { return static_cast<std::uint8_t>(bytes(1)[0]); }
  // 0 .. count - 1, from a byte, or from two where one is too few. Requires: 0 < count <= 65536.
  std::size_t below(std::size_t count) {
    const std::size_t low = byte();
    return (count <= 256 ? low : low << 8 | byte()) % count;
  }
  bool one_in(std::size_t count) { return below(count) == count - 1; }
  std::uint64_t number() { return read_u64(bytes(8)); }
  template <typename Container>
  const auto& pick(const Container& from) {
    return from[below(from.size())];
  }
  // Just so many, filled up with zeros.
  Bytes bytes(std::size_t size) {
    Bytes taken(rest_.substr(0, std::min(size, rest_.size())));
    rest_.remove_prefix(taken.size());
    taken.resize(size, '\0');
    return taken;
  }
  BytesView rest() const { return rest_; }

 private:
  BytesView rest_;
};

}  // namespace astyq::test
