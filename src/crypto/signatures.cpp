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

Bytes possession_message(const char* purpose, std::uint64_t party, BytesView public_key) {
  ASTYQ_CHECK(public_key.size() == 32);
  Bytes message = purpose;
  append_u64(message, party);
  message += public_key;
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

Bytes bundle_message(std::string_view network_id, const Hash& content_hash) {
  return message_of("astyq/bundle/1", network_id, content_hash);
}

Bytes validator_possession_message(std::uint64_t party, BytesView public_key) {
  return possession_message("astyq/validator/1", party, public_key);
}

Bytes node_possession_message(std::uint64_t party, BytesView public_key) {
  return possession_message("astyq/node/1", party, public_key);
}

}  // namespace astyq::crypto
