// SPDX-License-Identifier: Apache-2.0
#include "crypto/passkey.h"

#include <algorithm>
#include <optional>

#include "base/check.h"
#include "crypto/p256.h"
#include "crypto/sha256.h"

namespace astyq::crypto {
namespace {

// authenticator_data = rp_id_hash:32 flags:u8 counter:u32 [attested credential] [extensions]
constexpr std::size_t kFlagsAt = 32;
constexpr std::size_t kFixedBytes = 37;
constexpr unsigned kUserPresent = 0x01;
constexpr unsigned kUserVerified = 0x04;
constexpr unsigned kMoreFollows = 0x40 | 0x80;

// RFC 4648 §5 without padding.
std::string base64url(BytesView bytes) {
  static constexpr char kLetters[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  unsigned held = 0;
  int held_bits = 0;
  for (const char c : bytes) {
    held = (held << 8 | static_cast<std::uint8_t>(c)) & 0xffff;
    held_bits += 8;
    while (held_bits >= 6) {
      held_bits -= 6;
      text.push_back(kLetters[held >> held_bits & 63]);
    }
  }
  if (held_bits > 0) text.push_back(kLetters[held << (6 - held_bits) & 63]);
  return text;
}

bool take(BytesView& rest, BytesView expected) {
  if (!rest.starts_with(expected)) return false;
  rest.remove_prefix(expected.size());
  return true;
}

bool belongs_to_origin(char c) {
  return c > ' ' && c <= '~' && c != '"' && c != '\\';
}

struct ClientData {
  std::optional<PasskeyRefusal> refusal;
  std::string origin;
};

ClientData read_client_data(BytesView json, BytesView message) {
  if (json.size() > kMaxClientDataBytes) return {PasskeyRefusal::kClientDataTooLong, {}};
  if (!take(json, R"({"type":"webauthn.get","challenge":")"))
    return {PasskeyRefusal::kWrongType, {}};
  if (!take(json, base64url(view(sha256(message))))) return {PasskeyRefusal::kWrongChallenge, {}};
  if (!take(json, R"(","origin":")")) return {PasskeyRefusal::kWrongOriginForm, {}};
  const auto end = std::find_if_not(json.begin(), json.end(), belongs_to_origin);
  const std::string origin(json.begin(), end);
  json.remove_prefix(origin.size());
  const bool ended = json.starts_with(R"(",)") || json.starts_with(R"("})");
  if (origin.empty() || !ended) return {PasskeyRefusal::kWrongOriginForm, {}};
  return {std::nullopt, origin};
}

std::optional<PasskeyRefusal> check_authenticator(BytesView data) {
  if (data.size() < kFixedBytes || data.size() > kMaxAuthenticatorDataBytes)
    return PasskeyRefusal::kWrongAuthenticatorSize;
  const unsigned flags = static_cast<std::uint8_t>(data[kFlagsAt]);
  const bool more = (flags & kMoreFollows) != 0;
  if (more != (data.size() > kFixedBytes)) return PasskeyRefusal::kWrongAuthenticatorSize;
  if ((flags & kUserPresent) == 0) return PasskeyRefusal::kUserAbsent;
  if ((flags & kUserVerified) == 0) return PasskeyRefusal::kUserNotVerified;
  return std::nullopt;
}

}  // namespace

const char* name_of(PasskeyRefusal refusal) {
  switch (refusal) {
    case PasskeyRefusal::kClientDataTooLong:
      return "client_data_too_long";
    case PasskeyRefusal::kWrongType:
      return "wrong_type";
    case PasskeyRefusal::kWrongChallenge:
      return "wrong_challenge";
    case PasskeyRefusal::kWrongOriginForm:
      return "wrong_origin_form";
    case PasskeyRefusal::kWrongAuthenticatorSize:
      return "wrong_authenticator_size";
    case PasskeyRefusal::kUserAbsent:
      return "user_absent";
    case PasskeyRefusal::kUserNotVerified:
      return "user_not_verified";
    case PasskeyRefusal::kHighS:
      return "high_s";
    case PasskeyRefusal::kWrongSignature:
      return "wrong_signature";
  }
  ASTYQ_CHECK(false);
}

std::variant<PasskeyFacts, PasskeyRefusal> check_passkey(const PasskeyAssertion& assertion,
                                                         BytesView message) {
  ClientData client_data = read_client_data(assertion.client_data_json, message);
  if (client_data.refusal) return *client_data.refusal;
  if (const auto refusal = check_authenticator(assertion.authenticator_data)) return *refusal;

  if (assertion.signature64.size() != 64) return PasskeyRefusal::kWrongSignature;
  if (!p256_has_low_s(assertion.signature64)) return PasskeyRefusal::kHighS;
  const Hash client_data_hash = sha256(assertion.client_data_json);
  const Hash digest =
      Sha256().update(assertion.authenticator_data).update(view(client_data_hash)).finish();
  if (!p256_verify_digest(assertion.public_key33, assertion.signature64, digest))
    return PasskeyRefusal::kWrongSignature;

  const auto rp_id_hash = to_array<32>(assertion.authenticator_data.substr(0, 32));
  return PasskeyFacts{std::move(client_data.origin), *rp_id_hash};
}

}  // namespace astyq::crypto
