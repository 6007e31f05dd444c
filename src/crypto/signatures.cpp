// SPDX-License-Identifier: Apache-2.0
#include "crypto/signatures.h"

#include "base/check.h"

namespace astyq::crypto {
namespace {

Bytes message_of(const char* purpose, std::string_view network_id, const Hash& digest) {
  ASTYQ_CHECK(!network_id.empty() && network_id.size() <= 255);
  Bytes message = purpose;
  message.push_back(static_cast<char>(network_id.size()));
  message += network_id;
  message += view(digest);
  return message;
}

}  // namespace

Bytes signed_message(std::string_view network_id, const Hash& body_hash) {
  return message_of("astyq/tx/1", network_id, body_hash);
}

Bytes opening_message(std::string_view network_id, const Hash& body_hash) {
  return message_of("astyq/open/1", network_id, body_hash);
}

Bytes paper_message(std::string_view network_id, const Hash& code_hash) {
  return message_of("astyq/paper/1", network_id, code_hash);
}

}  // namespace astyq::crypto
