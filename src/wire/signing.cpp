// SPDX-License-Identifier: Apache-2.0
#include "wire/signing.h"

#include <algorithm>

#include "base/check.h"
#include "crypto/sha256.h"
#include "crypto/signatures.h"
#include "wire/canonical.h"

namespace astyq::wire {

Bytes encode_body(const base::v1::TxBody& body) {
  Bytes bytes = body.SerializeAsString();
  ASTYQ_CHECK(walk(bytes, message_index("astyq.base.v1.TxBody"), UINT32_MAX).ok());
  return bytes;
}

Bytes sign_transaction(const base::v1::TxBody& body, std::string_view network_id,
                       std::span<const crypto::Ed25519Key> keys) {
  base::v1::SignedTx signed_tx;
  signed_tx.set_body(encode_body(body));
  const Bytes message = crypto::signed_message(network_id, crypto::sha256(signed_tx.body()));
  std::vector<const crypto::Ed25519Key*> sorted;
  for (const crypto::Ed25519Key& key : keys) sorted.push_back(&key);
  std::sort(sorted.begin(), sorted.end(),
            [](const auto* a, const auto* b) { return a->public_key() < b->public_key(); });
  for (const crypto::Ed25519Key* key : sorted) {
    auto& auth = *signed_tx.add_auth()->mutable_ed25519();
    auth.set_public_key(Bytes(view(key->public_key())));
    auth.set_signature(Bytes(view(key->sign(message))));
  }
  return signed_tx.SerializeAsString();
}

}  // namespace astyq::wire
