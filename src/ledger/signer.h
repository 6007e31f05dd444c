// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/bytes.h"

namespace astyq {

enum class SignatureKind : std::uint8_t { kEd25519, kP256, kPasskey };

// A key whose signature under a transaction was found right. Whether it suffices is a question of
// state.
struct Signer {
  SignatureKind kind = SignatureKind::kEd25519;
  Bytes public_key;
  // Of a passkey: where it was used, to be compared with the key's row.
  std::string origin;
  Hash relying_party_digest{};
};

}  // namespace astyq
