// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/bytes.h"

namespace astyq::crypto {

// What every kind of key signs for a transaction, bound to one network and short enough for a
// hardware token. As stored and hashed:
//   message = "astyq/tx/1" size:u8 network_id:size*byte body_hash:32*byte
// body_hash is the SHA-256 of the transaction's canonical body.
// Requires: network_id has 1 to 255 bytes.
Bytes signed_message(std::string_view network_id, const Hash& body_hash);

}  // namespace astyq::crypto
