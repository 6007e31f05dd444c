// SPDX-License-Identifier: Apache-2.0
#include "wire/fields.h"

namespace astyq::wire {

void append_bytes_field(Bytes& out, unsigned number, BytesView value) {
  append_varint(out, number << 3 | 2);
  append_varint(out, value.size());
  out.append(value);
}

void append_varint_field(Bytes& out, unsigned number, std::uint64_t value) {
  if (value == 0) return;
  append_varint(out, number << 3);
  append_varint(out, value);
}

}  // namespace astyq::wire
