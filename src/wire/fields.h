// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"

// Single fields of a protobuf message, where bytes are hashed or signed and libprotobuf's way of
// writing them must not matter.
namespace astyq::wire {

// Written when it is empty too, as Go's non-nullable messages are.
void append_bytes_field(Bytes& out, unsigned number, BytesView value);
// Left out when it is 0.
void append_varint_field(Bytes& out, unsigned number, std::uint64_t value);

}  // namespace astyq::wire
