// SPDX-License-Identifier: Apache-2.0
#include "crypto/passkey.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <algorithm>
#include <optional>

#include "crypto/entropy.h"
#include "crypto/p256.h"
#include "crypto/sha256.h"
#include "crypto/signatures.h"

namespace astyq::crypto {
namespace {

constexpr char kUpAndUv = 0x05;

// An independent base64url: OpenSSL's alphabet, translated.
Bytes base64url_of(const Hash& hash) {
  std::array<unsigned char, 64> text;
  const int size = EVP_EncodeBlock(text.data(), hash.data(), static_cast<int>(hash.size()));
  Bytes encoded(text.begin(), text.begin() + size);
  std::ranges::replace(encoded, '+', '-');
  std::ranges::replace(encoded, '/', '_');
  std::erase(encoded, '=');
  return encoded;
}

Bytes usual_authenticator_data() {
  Bytes data(view(sha256("astyq.example")));
  data.push_back(kUpAndUv);
  data.append(4, '\0');
  return data;
}

// What a browser and its authenticator make. A test changes a part, then signs.
struct Passkey {
  P256Key key = P256Key::generate(system_entropy);
  Bytes message = signed_message("kz-1", Hash{7});
  Bytes type = "webauthn.get";
  Bytes origin = "https://astyq.example";
  Bytes tail = R"(,"crossOrigin":false})";
  Bytes authenticator_data = usual_authenticator_data();
  Bytes client_data_json;
  Bytes signature;

  void write_client_data() {
    client_data_json = R"({"type":")" + type + R"(","challenge":")" +
                       base64url_of(sha256(message)) + R"(","origin":")" + origin + "\"" + tail;
  }
  void sign() {
    const Hash client_data_hash = sha256(client_data_json);
    signature = view(key.sign(authenticator_data + Bytes(view(client_data_hash))));
  }
  std::variant<PasskeyFacts, PasskeyRefusal> check() const {
    return check_passkey({view(key.public_key()), authenticator_data, client_data_json, signature},
                         message);
  }
  std::optional<PasskeyRefusal> refusal() const {
    const auto outcome = check();
    const auto* const refusal = std::get_if<PasskeyRefusal>(&outcome);
    return refusal == nullptr ? std::nullopt : std::optional(*refusal);
  }
};

Passkey signed_passkey() {
  Passkey passkey;
  passkey.write_client_data();
  passkey.sign();
  return passkey;
}

// The refusal of a passkey whose client data are these, truly signed.
std::optional<PasskeyRefusal> refusal_of_client_data(const Bytes& json) {
  Passkey passkey;
  passkey.client_data_json = json;
  passkey.sign();
  return passkey.refusal();
}

std::optional<PasskeyRefusal> refusal_of_authenticator_data(const Bytes& data) {
  Passkey passkey;
  passkey.authenticator_data = data;
  passkey.write_client_data();
  passkey.sign();
  return passkey.refusal();
}

TEST(Passkey, GivesOriginAndRelyingPartyAsFacts) {
  const auto outcome = signed_passkey().check();
  ASSERT_TRUE(std::holds_alternative<PasskeyFacts>(outcome));
  const auto& facts = std::get<PasskeyFacts>(outcome);
  EXPECT_EQ(facts.origin, "https://astyq.example");
  EXPECT_EQ(facts.rp_id_hash, sha256("astyq.example"));
}

TEST(Passkey, TakesBothEndsOfTheFixedPart) {
  for (const char* tail : {"}", R"(,"crossOrigin":false})",
                           R"(,"crossOrigin":false,"other_keys_can_be_added_here":"x"})"}) {
    Passkey passkey;
    passkey.tail = tail;
    passkey.write_client_data();
    passkey.sign();
    EXPECT_EQ(passkey.refusal(), std::nullopt) << tail;
  }
}

TEST(Passkey, AnyFlippedBitOfTheAuthenticatorDataIsRefused) {
  const Passkey good = signed_passkey();
  for (std::size_t bit = 0; bit < 8 * good.authenticator_data.size(); ++bit) {
    Passkey bad = good;
    bad.authenticator_data[bit / 8] ^= static_cast<char>(1 << bit % 8);
    EXPECT_NE(bad.refusal(), std::nullopt) << bit;
  }
  Passkey other_party = good;
  other_party.authenticator_data[0] ^= 1;
  EXPECT_EQ(other_party.refusal(), PasskeyRefusal::kWrongSignature);
  Passkey other_counter = good;
  other_counter.authenticator_data[36] ^= 1;
  EXPECT_EQ(other_counter.refusal(), PasskeyRefusal::kWrongSignature);
}

TEST(Passkey, AnyFlippedBitOfTheClientDataIsRefused) {
  const Passkey good = signed_passkey();
  for (std::size_t bit = 0; bit < 8 * good.client_data_json.size(); ++bit) {
    Passkey bad = good;
    bad.client_data_json[bit / 8] ^= static_cast<char>(1 << bit % 8);
    EXPECT_NE(bad.refusal(), std::nullopt) << bit;
  }
}

TEST(Passkey, EachByteOfTheClientDataHasItsRefusal) {
  const Passkey good = signed_passkey();
  const std::size_t challenge = good.client_data_json.find(R"(challenge":")") + 12;
  const std::size_t origin = good.client_data_json.find("https");
  for (std::size_t at = 0; at < good.client_data_json.size(); ++at) {
    Bytes json = good.client_data_json;
    json[at] = json[at] == '#' ? '$' : '#';
    const auto refusal = refusal_of_client_data(json);
    if (at < challenge) {
      EXPECT_EQ(refusal, PasskeyRefusal::kWrongType) << at;
    } else if (at < challenge + 43) {
      EXPECT_EQ(refusal, PasskeyRefusal::kWrongChallenge) << at;
    } else if (at < origin) {
      EXPECT_EQ(refusal, PasskeyRefusal::kWrongOriginForm) << at;
    }
  }
}

TEST(Passkey, AnyFlippedBitOfTheSignatureIsRefused) {
  const Passkey good = signed_passkey();
  for (std::size_t bit = 0; bit < 8 * 64; ++bit) {
    Passkey bad = good;
    bad.signature[bit / 8] ^= static_cast<char>(1 << bit % 8);
    EXPECT_NE(bad.refusal(), std::nullopt) << bit;
  }
}

TEST(Passkey, RefusesAnotherMessageNetworkOrKey) {
  Passkey passkey = signed_passkey();
  passkey.message = signed_message("kz-1", Hash{8});
  EXPECT_EQ(passkey.refusal(), PasskeyRefusal::kWrongChallenge);
  passkey.message = signed_message("kz-2", Hash{7});
  EXPECT_EQ(passkey.refusal(), PasskeyRefusal::kWrongChallenge);
  Passkey other = signed_passkey();
  other.key = P256Key::generate(system_entropy);
  EXPECT_EQ(other.refusal(), PasskeyRefusal::kWrongSignature);
}

TEST(Passkey, RefusesOtherCeremoniesAndOrders) {
  Passkey passkey;
  passkey.type = "webauthn.create";
  passkey.write_client_data();
  passkey.sign();
  EXPECT_EQ(passkey.refusal(), PasskeyRefusal::kWrongType);
  const Bytes good = signed_passkey().client_data_json;
  const Bytes challenge = base64url_of(sha256(Passkey().message));
  EXPECT_EQ(refusal_of_client_data(""), PasskeyRefusal::kWrongType);
  EXPECT_EQ(refusal_of_client_data(" " + good), PasskeyRefusal::kWrongType);
  EXPECT_EQ(refusal_of_client_data("\xef\xbb\xbf" + good), PasskeyRefusal::kWrongType);
  EXPECT_EQ(refusal_of_client_data(R"({"challenge":")" + challenge + R"(","type":"webauthn.get"})"),
            PasskeyRefusal::kWrongType);
  // The right challenge, but not where it counts.
  EXPECT_EQ(refusal_of_client_data(R"({"type":"webauthn.get","challenge":"AAAA","origin":"https://)"
                                   R"(astyq.example","challenge":")" +
                                   challenge + R"("})"),
            PasskeyRefusal::kWrongChallenge);
  EXPECT_EQ(refusal_of_client_data(R"({"type":"webauthn.get","challenge":")" + challenge +
                                   R"(=","origin":"https://astyq.example"})"),
            PasskeyRefusal::kWrongOriginForm);
}

TEST(Passkey, RefusesOriginsThatNoBrowserWrites) {
  for (const Bytes& origin : {Bytes(), Bytes("https://a\\u0062"), Bytes("https://a b"),
                              Bytes("https://a\x7f"), Bytes("https://\xd0\xb0"), Bytes("a\0b", 3),
                              Bytes(R"(https://a","crossOrigin":false,"b":")")}) {
    Passkey passkey;
    passkey.origin = origin;
    passkey.tail = "}";
    passkey.write_client_data();
    passkey.sign();
    const bool cut_at_quote = origin.find('"') != Bytes::npos;
    if (cut_at_quote) {
      // What follows the first quote is not read: the origin ends there.
      ASSERT_TRUE(std::holds_alternative<PasskeyFacts>(passkey.check()));
      EXPECT_EQ(std::get<PasskeyFacts>(passkey.check()).origin, "https://a");
    } else {
      EXPECT_EQ(passkey.refusal(), PasskeyRefusal::kWrongOriginForm) << to_hex(origin);
    }
  }
  for (const char* tail : {"", " }", ":", "]", "\"", "\n}"}) {
    Passkey passkey;
    passkey.tail = tail;
    passkey.write_client_data();
    passkey.sign();
    EXPECT_EQ(passkey.refusal(), PasskeyRefusal::kWrongOriginForm) << tail;
  }
  const Bytes good = signed_passkey().client_data_json;
  const std::size_t end_of_origin = good.find(R"(",)"
                                              R"("cross)");
  EXPECT_EQ(refusal_of_client_data(good.substr(0, end_of_origin)),
            PasskeyRefusal::kWrongOriginForm);
}

TEST(Passkey, ClientDataEndAtOneKibibyte) {
  Passkey passkey;
  passkey.write_client_data();
  const std::size_t free = kMaxClientDataBytes - passkey.client_data_json.size();
  passkey.tail = R"(,"crossOrigin":false)" + Bytes(free, ' ') + "}";
  passkey.write_client_data();
  passkey.sign();
  ASSERT_EQ(passkey.client_data_json.size(), kMaxClientDataBytes);
  EXPECT_EQ(passkey.refusal(), std::nullopt);
  passkey.client_data_json += " ";
  passkey.sign();
  EXPECT_EQ(passkey.refusal(), PasskeyRefusal::kClientDataTooLong);
}

TEST(Passkey, WantsTheUserThereAndVerified) {
  const Bytes party(view(sha256("astyq.example")));
  const Bytes counter(4, '\0');
  EXPECT_EQ(refusal_of_authenticator_data(party + '\x00' + counter), PasskeyRefusal::kUserAbsent);
  EXPECT_EQ(refusal_of_authenticator_data(party + '\x04' + counter), PasskeyRefusal::kUserAbsent);
  EXPECT_EQ(refusal_of_authenticator_data(party + '\x01' + counter),
            PasskeyRefusal::kUserNotVerified);
  // Backup-eligible and backed up, as synchronised passkeys say.
  EXPECT_EQ(refusal_of_authenticator_data(party + '\x1d' + counter), std::nullopt);
}

TEST(Passkey, AuthenticatorDataHaveTheSizeTheirFlagsAnnounce) {
  const Bytes party(view(sha256("astyq.example")));
  const Bytes counter(4, '\0');
  const auto wrong_size = PasskeyRefusal::kWrongAuthenticatorSize;
  EXPECT_EQ(refusal_of_authenticator_data(""), wrong_size);
  EXPECT_EQ(refusal_of_authenticator_data(party + kUpAndUv + Bytes(3, '\0')), wrong_size);
  EXPECT_EQ(refusal_of_authenticator_data(party + kUpAndUv + counter + "\xa0"), wrong_size);
  EXPECT_EQ(refusal_of_authenticator_data(party + '\x85' + counter), wrong_size);
  EXPECT_EQ(refusal_of_authenticator_data(party + '\x85' + counter + "\xa0"), std::nullopt);
  const Bytes largest(kMaxAuthenticatorDataBytes - 37, 'x');
  EXPECT_EQ(refusal_of_authenticator_data(party + '\x85' + counter + largest), std::nullopt);
  EXPECT_EQ(refusal_of_authenticator_data(party + '\x85' + counter + largest + "x"), wrong_size);
}

TEST(Passkey, TakesOneFormOfASignatureOnly) {
  Passkey passkey = signed_passkey();
  const Bytes order = *from_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
  int borrow = 0;
  for (std::size_t i = 32; i-- > 0;) {
    const int difference = static_cast<std::uint8_t>(order[i]) -
                           static_cast<std::uint8_t>(passkey.signature[32 + i]) - borrow;
    passkey.signature[32 + i] = static_cast<char>(difference);
    borrow = difference < 0 ? 1 : 0;
  }
  EXPECT_EQ(passkey.refusal(), PasskeyRefusal::kHighS);
  passkey.signature.pop_back();
  EXPECT_EQ(passkey.refusal(), PasskeyRefusal::kWrongSignature);
}

TEST(Passkey, RefusalsHaveNamesOfTheirOwn) {
  std::vector<std::string> names;
  for (int i = 0; i <= static_cast<int>(PasskeyRefusal::kWrongSignature); ++i)
    names.emplace_back(name_of(static_cast<PasskeyRefusal>(i)));
  std::ranges::sort(names);
  EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
  EXPECT_EQ(names.size(), 9U);
}

}  // namespace
}  // namespace astyq::crypto
