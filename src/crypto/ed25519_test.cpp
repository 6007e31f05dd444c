// SPDX-License-Identifier: Apache-2.0
#include "crypto/ed25519.h"

#include <gtest/gtest.h>
#include <sodium.h>

#include <algorithm>
#include <random>
#include <vector>

#include "support/vectors.h"

namespace astyq::crypto {
namespace {

using Point = std::array<std::uint8_t, 32>;
using Scalar = std::array<std::uint8_t, 32>;

struct Case {
  Bytes key;
  Bytes signature;
  Bytes message;
  bool valid;
};

bool verify(const Case& one) {
  return ed25519_verify(one.key, one.signature, one.message);
}

Ed25519Item item_of(const Case& one) {
  return {*to_array<32>(one.key), *to_array<64>(one.signature), one.message};
}

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
  const Case good = {Bytes(view(key.public_key())), Bytes(view(key.sign("barley"))), "barley",
                     true};
  for (std::size_t bit = 0; bit < 8 * 64; ++bit) {
    Case bad = good;
    bad.signature[bit / 8] ^= static_cast<char>(1 << bit % 8);
    EXPECT_FALSE(verify(bad)) << "signature, bit " << bit;
  }
  for (std::size_t bit = 0; bit < 8 * 32; ++bit) {
    Case bad = good;
    bad.key[bit / 8] ^= static_cast<char>(1 << bit % 8);
    EXPECT_FALSE(verify(bad)) << "key, bit " << bit;
  }
  EXPECT_FALSE(ed25519_verify(good.key, good.signature, "Barley"));
  EXPECT_FALSE(ed25519_verify(good.key, good.signature, "barley "));
}

// The eight points of small order, and the other encodings of them that ZIP-215 takes as well.
const char* const kSmallOrder[] = {
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"};
constexpr std::size_t kCanonicalSmallOrder = 8;

// Makes signatures whose verdict under ZIP-215 is known from how they were made.
class CaseMaker {
 public:
  explicit CaseMaker(std::uint64_t seed) : random_(seed) {}

  Case make(std::size_t kind) {
    switch (kind % 12) {
      case 0:
        return with_torsion(small_order(kCanonicalSmallOrder), identity());
      case 1:
        return with_torsion(identity(), small_order(kCanonicalSmallOrder));
      case 2:
        return with_torsion(small_order(kCanonicalSmallOrder), small_order(kCanonicalSmallOrder));
      case 3:
        return all_small_order();
      case 4:
        return spoilt(with_torsion(identity(), small_order(kCanonicalSmallOrder)));
      case 5:
        return spoilt(plain());
      case 6:
        return with_large_s();
      case 7:
        return with_no_point();
      default:
        return plain();
    }
  }

 private:
  Bytes random_bytes(std::size_t size) {
    Bytes bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random_());
    return bytes;
  }
  Scalar random_scalar() {
    const Bytes wide = random_bytes(64);
    Scalar scalar;
    crypto_core_ed25519_scalar_reduce(scalar.data(),
                                      reinterpret_cast<const std::uint8_t*>(wide.data()));
    return scalar;
  }
  Point identity() { return *to_array<32>(test::unhex(kSmallOrder[0])); }
  Point small_order(std::size_t count) {
    return *to_array<32>(test::unhex(kSmallOrder[random_() % count]));
  }
  static Point times_base(const Scalar& scalar) {
    Point point;
    EXPECT_EQ(crypto_scalarmult_ed25519_base_noclamp(point.data(), scalar.data()), 0);
    return point;
  }
  static Point plus(const Point& a, const Point& b) {
    Point sum;
    EXPECT_EQ(crypto_core_ed25519_add(sum.data(), a.data(), b.data()), 0);
    return sum;
  }

  Case plain() {
    const Ed25519Key key(*to_array<32>(random_bytes(32)));
    const Bytes message = random_bytes(random_() % 100);
    return {Bytes(view(key.public_key())), Bytes(view(key.sign(message))), message, true};
  }

  // A = aB + T, R = rB + U, s = r + H(R, A, M) a: right up to T and U, which the cofactor removes.
  Case with_torsion(const Point& in_key, const Point& in_r) {
    const Scalar a = random_scalar();
    const Scalar r = random_scalar();
    const Bytes key(view(plus(times_base(a), in_key)));
    const Bytes r_bytes(view(plus(times_base(r), in_r)));
    const Bytes message = random_bytes(random_() % 100);
    const Bytes hashed = r_bytes + key + message;
    std::array<std::uint8_t, 64> wide;
    crypto_hash_sha512(wide.data(), reinterpret_cast<const std::uint8_t*>(hashed.data()),
                       hashed.size());
    Scalar k, ka, s;
    crypto_core_ed25519_scalar_reduce(k.data(), wide.data());
    crypto_core_ed25519_scalar_mul(ka.data(), k.data(), a.data());
    crypto_core_ed25519_scalar_add(s.data(), ka.data(), r.data());
    return {key, r_bytes + Bytes(view(s)), message, true};
  }

  // With s = 0 both sides are points of small order, so any message is "signed".
  Case all_small_order() {
    const std::size_t count = std::size(kSmallOrder);
    const Bytes key(view(small_order(count)));
    return {key, Bytes(view(small_order(count))) + Bytes(32, '\0'), random_bytes(20), true};
  }

  Case spoilt(Case one) {
    one.valid = false;
    one.signature[32 + random_() % 31] ^= static_cast<char>(1 << random_() % 8);
    return one;
  }

  // s + L: the same point, but not the one encoding of s that is allowed.
  Case with_large_s() {
    static constexpr Scalar kOrder = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,
                                      0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
                                      0,    0,    0,    0,    0,    0,    0,    0,
                                      0,    0,    0,    0,    0,    0,    0,    0x10};
    Case one = plain();
    one.valid = false;
    unsigned carry = 0;
    for (std::size_t i = 0; i < 32; ++i) {
      carry += static_cast<std::uint8_t>(one.signature[32 + i]) + kOrder[i];
      one.signature[32 + i] = static_cast<char>(carry);
      carry >>= 8;
    }
    return one;
  }

  // y = 2 lies on no point of the curve.
  Case with_no_point() {
    Case one = plain();
    one.valid = false;
    const Bytes no_point = "\x02" + Bytes(31, '\0');
    if (random_() % 2 == 0) {
      one.key = no_point;
    } else {
      one.signature.replace(0, 32, no_point);
    }
    return one;
  }

  std::mt19937_64 random_;
};

std::vector<Ed25519Item> items_of(const std::vector<Case>& cases) {
  std::vector<Ed25519Item> items(cases.size());
  std::ranges::transform(cases, items.begin(), item_of);
  return items;
}

std::vector<std::uint8_t> answers_of(const std::vector<Case>& cases) {
  return ed25519_verify_batch(items_of(cases));
}

TEST(Ed25519Batch, EveryAnswerIsTheSingleAnswer) {
  CaseMaker maker(215);
  std::mt19937_64 random(1);
  std::size_t checked = 0;
  while (checked < 20'000) {
    // Batches of all sizes, from mostly good to mostly bad; two in five wholly good.
    const std::size_t size = 1 + random() % 400;
    const std::uint64_t spread = random() % 2 == 0 ? 12 : 1'200;
    const bool only_valid = random() % 5 < 2;
    std::vector<Case> cases;
    while (cases.size() < size) {
      const Case one = maker.make(random() % spread);
      if (one.valid || !only_valid) cases.push_back(one);
    }
    const auto answers = answers_of(cases);
    ASSERT_EQ(answers.size(), cases.size());
    for (std::size_t i = 0; i < cases.size(); ++i) {
      ASSERT_EQ(verify(cases[i]), cases[i].valid);
      ASSERT_EQ(answers[i], cases[i].valid ? 1 : 0) << i << " of " << size;
    }
    checked += size;
  }
}

TEST(Ed25519Batch, SmallOrderPassesTheEquationItselfEveryTime) {
  CaseMaker maker(3);
  for (int round = 0; round < 200; ++round) {
    std::vector<Case> cases(16);
    for (std::size_t i = 0; i < cases.size(); ++i) cases[i] = maker.make(i % 4);
    ASSERT_TRUE(ed25519_all_valid(items_of(cases))) << round;
  }
}

TEST(Ed25519Batch, OneWrongAnywhereIsFound) {
  CaseMaker maker(4);
  std::vector<Case> cases(600);
  for (Case& one : cases) one = maker.make(11);
  for (const std::size_t wrong : {0, 1, 7, 8, 255, 256, 300, 511, 512, 599}) {
    std::vector<Case> spoilt = cases;
    spoilt[wrong].message += "!";
    std::vector<std::uint8_t> expected(cases.size(), 1);
    expected[wrong] = 0;
    EXPECT_EQ(answers_of(spoilt), expected) << wrong;
  }
}

// Two wrong signatures whose errors cancel in an unweighted sum: s1 + 1 and s2 - 1.
TEST(Ed25519Batch, ErrorsThatCancelAreFound) {
  const Ed25519Key key(Ed25519Key::Seed{9});
  std::vector<Ed25519Item> items(16);
  for (std::size_t i = 0; i < items.size(); ++i)
    items[i] = {key.public_key(), key.sign("oats"), "oats"};
  ASSERT_TRUE(ed25519_all_valid(items));
  ++items[3].signature[33];
  --items[4].signature[33];
  EXPECT_FALSE(ed25519_all_valid(items));
  const auto answers = ed25519_verify_batch(items);
  for (std::size_t i = 0; i < items.size(); ++i) EXPECT_EQ(answers[i], i == 3 || i == 4 ? 0 : 1);
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

TEST(Ed25519Batch, OfNoneHasNoAnswers) {
  EXPECT_TRUE(ed25519_verify_batch({}).empty());
  EXPECT_TRUE(ed25519_all_valid({}));
}

}  // namespace
}  // namespace astyq::crypto
