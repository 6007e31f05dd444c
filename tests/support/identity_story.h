// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "crypto/p256.h"
#include "support/chain.h"

namespace astyq::test {

// A company whose officers hold a key each; the first is the actor's.
struct Officers {
  Actor company;
  Keys keys;
};

// `count` active keys of which `threshold` must sign together. Requires: 1 <= threshold <= count.
Officers officers(Chain& chain, std::uint32_t count, std::uint32_t threshold);

// What one verb comes to under these signatures: the refusal of its admission, or its own.
Refusal apply_with(Chain& chain, std::uint64_t party, const Keys& keys,
                   const base::v1::Operation& op);

// Whether these keys get a transaction of this party admitted. Changes no party and no key.
Refusal admission_with(Chain& chain, std::uint64_t party, const Keys& keys);

// A way to sign a message of crypto/signatures.h.
using Signing = std::function<base::v1::Authorisation(BytesView message)>;
Signing by_ed25519(const crypto::Ed25519Key& key);
Signing by_p256(const crypto::P256Key& key);
// As a browser and its authenticator do it.
Signing by_passkey(const crypto::P256Key& key, const std::string& origin,
                   const std::string& relying_party);

// One of 255 keys. Requires: number > 0.
crypto::P256Key p256_key(std::uint8_t number);
identity::v1::NewKey p256_message(const crypto::P256Key& key);
identity::v1::NewKey passkey_message(const crypto::P256Key& key, const std::string& origin,
                                     const std::string& relying_party);

// The envelope with these authorisations in order of public key.
Bytes signed_by(const Chain& chain, const base::v1::TxBody& body,
                const std::vector<Signing>& signings);

}  // namespace astyq::test
