// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace astyq::abci {

enum class Varint : std::uint8_t {
  kWhole,
  kPartial,    // the bytes end within it
  kMalformed,  // more than 64 bits, or not the shortest form
};

// Takes protobuf's unsigned LEB128 from the front of `bytes`. Returns kWhole with `value` set and
// its bytes taken; otherwise nothing is taken. Looks at 10 bytes at most.
Varint take_varint(BytesView& bytes, std::uint64_t& value);

}  // namespace astyq::abci
