// SPDX-License-Identifier: Apache-2.0
#include "crypto/ed25519.h"

#include <gtest/gtest.h>

#include "crypto/ed25519_cases_test.h"
#include "support/vectors.h"

namespace astyq::crypto {
namespace {

TEST(Ed25519, SignsAndVerifiesTheVectorsOfRfc8032) {
  const struct {
    const char* seed;
    const char* key;
    const char* message;
    const char* signature;
  } vectors[] = {{"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                  "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
                  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                  "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
                 {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                  "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
                  "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                  "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
                 {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                  "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
                  "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                  "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"},
                 {"833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
                  "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
                  "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                  "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
                  "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
                  "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"}};
  for (const auto& vector : vectors) {
    const Ed25519Key key(*to_array<32>(test::unhex(vector.seed)));
    const Bytes message = test::unhex(vector.message);
    EXPECT_EQ(to_hex(view(key.public_key())), vector.key);
    EXPECT_EQ(to_hex(view(key.sign(message))), vector.signature);
    EXPECT_TRUE(ed25519_verify(test::unhex(vector.key), test::unhex(vector.signature), message));
  }
}

TEST(Ed25519, RefusesOtherLengths) {
  const Ed25519Key key(Ed25519Key::Seed{});
  const Bytes public_key(view(key.public_key()));
  const Bytes signature(view(key.sign("wheat")));
  EXPECT_TRUE(ed25519_verify(public_key, signature, "wheat"));
  EXPECT_FALSE(ed25519_verify(public_key + '\0', signature, "wheat"));
  EXPECT_FALSE(ed25519_verify(public_key.substr(1), signature, "wheat"));
  EXPECT_FALSE(ed25519_verify(public_key, signature + '\0', "wheat"));
  EXPECT_FALSE(ed25519_verify(public_key, signature.substr(0, 63), "wheat"));
  EXPECT_FALSE(ed25519_verify("", "", ""));
}

TEST(Ed25519, AnyFlippedBitIsRefused) {
  const Ed25519Key key(Ed25519Key::Seed{1});
  const Ed25519Case good = {Bytes(view(key.public_key())), Bytes(view(key.sign("barley"))),
                            "barley", true};
  for (std::size_t bit = 0; bit < 8 * 64; ++bit) {
    Ed25519Case bad = good;
    bad.signature[bit / 8] ^= static_cast<char>(1 << bit % 8);
    EXPECT_FALSE(verify(bad)) << "signature, bit " << bit;
  }
  for (std::size_t bit = 0; bit < 8 * 32; ++bit) {
    Ed25519Case bad = good;
    bad.key[bit / 8] ^= static_cast<char>(1 << bit % 8);
    EXPECT_FALSE(verify(bad)) << "key, bit " << bit;
  }
  EXPECT_FALSE(ed25519_verify(good.key, good.signature, "Barley"));
  EXPECT_FALSE(ed25519_verify(good.key, good.signature, "barley "));
}

// A ledger takes in none of the keys under which anybody's signature verifies.
TEST(Ed25519, SoundKeysAreThoseThatAreMade) {
  for (const char* hex : kSmallOrder) EXPECT_FALSE(ed25519_is_sound_key(test::unhex(hex))) << hex;
  EXPECT_FALSE(ed25519_is_sound_key(Bytes(31, '\x05')));
  Bytes no_point(32, '\0');
  no_point[0] = '\x02';
  EXPECT_FALSE(ed25519_is_sound_key(no_point));
  for (std::uint8_t seed = 0; seed < 100; ++seed)
    EXPECT_TRUE(ed25519_is_sound_key(view(Ed25519Key({seed}).public_key())));
}

}  // namespace
}  // namespace astyq::crypto
