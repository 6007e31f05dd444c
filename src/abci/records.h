// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace astyq::abci {

// One field of a protobuf message as it stands on the wire.
struct Record {
  std::uint32_t number = 0;
  bool delimited = false;  // of wire type 2: bytes, text or a message, which is `value`
  BytesView value;
  BytesView whole;  // with its tag
};

// Walks the fields of one message, not of those in it, without copying.
//
//   message = record*
//   record  = tag varint | tag 8 bytes | tag length bytes | tag 4 bytes
//
// Groups, which proto3 does not have, and varints that are not of the shortest form are malformed.
class Records {
 public:
  explicit Records(BytesView message) : rest_(message) {}

  // Returns false at the end and where the bytes are malformed.
  bool next(Record& record);
  bool malformed() const { return malformed_; }

 private:
  bool take(Record& record);

  BytesView rest_;
  bool malformed_ = false;
};

}  // namespace astyq::abci
