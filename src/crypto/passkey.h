// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <variant>

#include "base/bytes.h"

namespace astyq::crypto {

// A passkey's signature over a message, as WebAuthn Level 2 delivers it. The browser turns the
// authenticator's DER signature into r || s with low s before it sends it.
struct PasskeyAssertion {
  BytesView public_key33;  // P-256, compressed
  BytesView authenticator_data;
  BytesView client_data_json;
  BytesView signature64;  // over authenticator_data || SHA-256(client_data_json)
};

// What the assertion says and the caller must judge: both are facts of the ledger's state.
struct PasskeyFacts {
  std::string origin;  // e.g. "https://astyq.example", printable ASCII
  Hash rp_id_hash;     // SHA-256 of the relying party's id, e.g. of "astyq.example"
};

enum class PasskeyRefusal {
  kClientDataTooLong,       // more than kMaxClientDataBytes
  kWrongType,               // does not begin {"type":"webauthn.get","challenge":"
  kWrongChallenge,          // base64url(SHA-256(message)) does not stand there
  kWrongOriginForm,         // ","origin":"…" and then , or } do not follow
  kWrongAuthenticatorSize,  // not 37 bytes, or not more where flags announce more, or over 1 KiB
  kUserAbsent,              // flag UP is not set
  kUserNotVerified,         // flag UV is not set
  kHighS,                   // the signature's other form is wanted
  kWrongSignature,          // also a key or signature of a wrong form
};

// A stable name for messages, e.g. "wrong_challenge".
const char* name_of(PasskeyRefusal refusal);

inline constexpr std::size_t kMaxClientDataBytes = 1024;
inline constexpr std::size_t kMaxAuthenticatorDataBytes = 1024;

// Checks everything that needs no state, cheapest first, and says the first thing that is wrong.
// client_data_json must begin, to the byte, as the specification serialises it (§5.8.1.1):
//   {"type":"webauthn.get","challenge":"<43 characters>","origin":"<origin>"  and then  ,  or  }
// What follows is signed but not read: there is no JSON parser here, on purpose.
// Source: https://www.w3.org/TR/webauthn-2/#sctn-verifying-assertion.
std::variant<PasskeyFacts, PasskeyRefusal> check_passkey(const PasskeyAssertion& assertion,
                                                         BytesView message);

}  // namespace astyq::crypto
