// SPDX-License-Identifier: Apache-2.0
#include "abci/records.h"

#include "abci/varint.h"

namespace astyq::abci {

bool Records::next(Record& record) {
  if (rest_.empty() || malformed_) return false;
  const BytesView before = rest_;
  malformed_ = !take(record);
  record.whole = before.substr(0, before.size() - rest_.size());
  return !malformed_;
}

bool Records::take(Record& record) {
  constexpr std::uint64_t kLargestNumber = (1u << 29) - 1;
  std::uint64_t tag = 0;
  if (take_varint(rest_, tag) != Varint::kWhole) return false;
  if (tag >> 3 == 0 || tag >> 3 > kLargestNumber) return false;
  record.number = static_cast<std::uint32_t>(tag >> 3);
  record.delimited = false;
  std::uint64_t size = 0;
  switch (tag & 7) {
    case 0:
      return take_varint(rest_, size) == Varint::kWhole;
    case 1:
      size = 8;
      break;
    case 2:
      record.delimited = true;
      if (take_varint(rest_, size) != Varint::kWhole) return false;
      break;
    case 5:
      size = 4;
      break;
    default:
      return false;
  }
  if (size > rest_.size()) return false;
  record.value = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return true;
}

}  // namespace astyq::abci
