// SPDX-License-Identifier: Apache-2.0
#include "abci/varint.h"

namespace astyq::abci {

Varint take_varint(BytesView& bytes, std::uint64_t& value) {
  constexpr std::size_t kLongest = 10;
  std::uint64_t read = 0;
  for (std::size_t i = 0; i < kLongest; ++i) {
    if (i == bytes.size()) return Varint::kPartial;
    const auto byte = static_cast<std::uint8_t>(bytes[i]);
    if (i == kLongest - 1 && byte > 1) return Varint::kMalformed;  // beyond the 64th bit
    read |= std::uint64_t{byte & 0x7fu} << (7 * i);
    if ((byte & 0x80) != 0) continue;
    if (byte == 0 && i > 0) return Varint::kMalformed;  // a shorter one says the same
    value = read;
    bytes.remove_prefix(i + 1);
    return Varint::kWhole;
  }
  return Varint::kMalformed;
}

}  // namespace astyq::abci
