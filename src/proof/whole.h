// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <google/protobuf/message.h>

#include "base/bytes.h"

namespace astyq::proof {

// Parses what this release knows whole, as a ledger writes it. A field of a newer one is not passed
// over in silence: false.
inline bool parses_whole(google::protobuf::Message& message, BytesView bytes) {
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return false;
  message.DiscardUnknownFields();
  return message.SerializeAsString() == bytes;
}

}  // namespace astyq::proof
