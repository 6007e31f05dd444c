// SPDX-License-Identifier: Apache-2.0
#include "support/identity_story.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <algorithm>
#include <map>

#include "crypto/sha256.h"
#include "crypto/signatures.h"
#include "wire/signing.h"

namespace astyq::test {
namespace {

constexpr char kUserPresentAndVerified = 0x05;

// OpenSSL's base64 in the alphabet of URLs, without padding.
std::string base64url(const Hash& hash) {
  std::array<unsigned char, 64> text{};
  const int size = EVP_EncodeBlock(text.data(), hash.data(), static_cast<int>(hash.size()));
  std::string encoded(text.begin(), text.begin() + size);
  std::replace(encoded.begin(), encoded.end(), '+', '-');
  std::replace(encoded.begin(), encoded.end(), '/', '_');
  std::erase(encoded, '=');
  return encoded;
}

Bytes public_key_of(const base::v1::Authorisation& auth) {
  if (auth.has_ed25519()) return auth.ed25519().public_key();
  return auth.has_p256() ? auth.p256().public_key() : auth.passkey().public_key();
}

}  // namespace

Officers officers(Chain& chain, std::uint32_t count, std::uint32_t threshold) {
  Officers made{chain.company("Officers"), {}};
  made.keys.push_back(made.company.key);
  while (made.keys.size() < count) {
    made.keys.push_back(chain.new_key());
    chain.ok(made.company, verbs::AddKey{.key = chain.new_key_message(*made.keys.back())});
  }
  if (threshold > 1) chain.ok(made.company, verbs::SetThreshold{.threshold = threshold});
  return made;
}

Refusal apply_with(Chain& chain, std::uint64_t party, const Keys& keys,
                   const base::v1::Operation& op) {
  const auto result = chain.apply_signed(chain.sign_with(chain.body({party, nullptr}, {op}), keys));
  return result.admission.refused() ? result.admission : result.operations.at(0).refusal;
}

Refusal admission_with(Chain& chain, std::uint64_t party, const Keys& keys) {
  // Refused by its own check: what it would change never matters here.
  const auto harmless = verbs::SetThreshold{.threshold = 0}.operation();
  return chain.apply_signed(chain.sign_with(chain.body({party, nullptr}, {harmless}), keys))
      .admission;
}

Signing by_ed25519(const crypto::Ed25519Key& key) {
  return [key](BytesView message) {
    base::v1::Authorisation auth;
    auth.mutable_ed25519()->set_public_key(Bytes(view(key.public_key())));
    auth.mutable_ed25519()->set_signature(Bytes(view(key.sign(message))));
    return auth;
  };
}

Signing by_p256(const crypto::P256Key& key) {
  return [key](BytesView message) {
    base::v1::Authorisation auth;
    auth.mutable_p256()->set_public_key(Bytes(view(key.public_key())));
    auth.mutable_p256()->set_signature(Bytes(view(key.sign(message))));
    return auth;
  };
}

Signing by_passkey(const crypto::P256Key& key, const std::string& origin,
                   const std::string& relying_party) {
  return [key, origin, relying_party](BytesView message) {
    const Bytes client_data = R"({"type":"webauthn.get","challenge":")" +
                              base64url(crypto::sha256(message)) + R"(","origin":")" + origin +
                              R"(","crossOrigin":false})";
    const Bytes authenticator_data =
        Bytes(view(crypto::sha256(relying_party))) + kUserPresentAndVerified + Bytes(4, '\0');
    const Bytes client_data_hash(view(crypto::sha256(client_data)));
    base::v1::Authorisation auth;
    auto& passkey = *auth.mutable_passkey();
    passkey.set_public_key(Bytes(view(key.public_key())));
    passkey.set_authenticator_data(authenticator_data);
    passkey.set_client_data_json(client_data);
    passkey.set_signature(Bytes(view(key.sign(authenticator_data + client_data_hash))));
    return auth;
  };
}

crypto::P256Key p256_key(std::uint8_t number) {
  crypto::P256Key::Secret secret{};
  secret.back() = number;
  const auto key = crypto::P256Key::of(secret);
  EXPECT_TRUE(key.has_value());
  return *key;
}

identity::v1::NewKey p256_message(const crypto::P256Key& key) {
  identity::v1::NewKey message;
  message.set_kind(identity::v1::P256);
  message.set_public_key(Bytes(view(key.public_key())));
  return message;
}

identity::v1::NewKey passkey_message(const crypto::P256Key& key, const std::string& origin,
                                     const std::string& relying_party) {
  identity::v1::NewKey message = p256_message(key);
  message.set_kind(identity::v1::PASSKEY);
  message.set_origin(origin);
  message.set_relying_party_digest(Bytes(view(crypto::sha256(relying_party))));
  return message;
}

Bytes signed_by(const Chain& chain, const base::v1::TxBody& body,
                const std::vector<Signing>& signings) {
  base::v1::SignedTx signed_tx;
  signed_tx.set_body(wire::encode_body(body));
  const Bytes message =
      crypto::signed_message(chain.genesis().network_id(), crypto::sha256(signed_tx.body()));
  std::map<Bytes, base::v1::Authorisation> sorted;
  for (const Signing& sign : signings) {
    const auto auth = sign(message);
    EXPECT_TRUE(sorted.emplace(public_key_of(auth), auth).second) << "a key signs twice";
  }
  for (const auto& [key, auth] : sorted) *signed_tx.add_auth() = auth;
  return signed_tx.SerializeAsString();
}

}  // namespace astyq::test
