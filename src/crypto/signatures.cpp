// SPDX-License-Identifier: Apache-2.0
#include "crypto/signatures.h"

#include "base/check.h"

namespace astyq::crypto {

Bytes signed_message(std::string_view network_id, const Hash& body_hash) {
  ASTYQ_CHECK(!network_id.empty() && network_id.size() <= 255);
  Bytes message = "astyq/tx/1";
  message.push_back(static_cast<char>(network_id.size()));
  message += network_id;
  message += view(body_hash);
  return message;
}

}  // namespace astyq::crypto
