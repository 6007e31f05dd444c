// SPDX-License-Identifier: Apache-2.0
#include "crypto/p256.h"

#include <gtest/gtest.h>

#include "crypto/entropy.h"
#include "crypto/sha256.h"
#include "support/vectors.h"

namespace astyq::crypto {
namespace {

// RFC 6979 A.2.5, message "sample", SHA-256.
constexpr const char* kSecret = "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";
constexpr const char* kPublic =
    "0360fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6";
constexpr const char* kSample =
    "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
    "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8";

TEST(P256, PublishedSignatureHasHighSAndItsOtherFormIsTaken) {
  const Bytes key = test::unhex(kPublic);
  const Bytes high = test::unhex(kSample);
  EXPECT_TRUE(p256_verify_digest(key, high, sha256("sample")));
  EXPECT_FALSE(p256_has_low_s(high));
  EXPECT_FALSE(p256_verify(key, high, "sample"));
  const auto low = p256_low_s(*to_array<64>(high));
  EXPECT_TRUE(p256_verify(key, view(low), "sample"));
  EXPECT_EQ(p256_low_s(low), low);
}

TEST(P256, HalfTheOrderIsTheLastLowS) {
  Bytes signature = Bytes(32, '\x01') + test::unhex(
                                            "7fffffff800000007fffffffffffffffde737d56d38b"
                                            "cf4279dce5617e3192a8");
  EXPECT_TRUE(p256_has_low_s(signature));
  ++signature[63];
  EXPECT_FALSE(p256_has_low_s(signature));
  --signature[63];
  // n - (n + 1) / 2 = (n - 1) / 2
  Bytes high = signature;
  ++high[63];
  EXPECT_EQ(view(p256_low_s(*to_array<64>(high))), signature);
}

TEST(P256, KeyOfASecret) {
  const auto key = P256Key::of(*to_array<32>(test::unhex(kSecret)));
  ASSERT_TRUE(key);
  EXPECT_EQ(to_hex(view(key->public_key())), kPublic);
  EXPECT_EQ(to_hex(view(key->secret())), kSecret);
  EXPECT_FALSE(P256Key::of({}));
  const Bytes order =
      test::unhex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
  EXPECT_FALSE(P256Key::of(*to_array<32>(order)));
  Bytes last = order;
  --last[31];
  EXPECT_TRUE(P256Key::of(*to_array<32>(last)));
}

TEST(P256, SignsWithLowS) {
  for (int i = 0; i < 64; ++i) {
    const P256Key key = P256Key::generate(system_entropy);
    const Bytes message = "receipt " + std::to_string(i);
    const Bytes signature(view(key.sign(message)));
    EXPECT_TRUE(p256_has_low_s(signature));
    EXPECT_TRUE(p256_verify(view(key.public_key()), signature, message));
    EXPECT_FALSE(p256_verify(view(key.public_key()), signature, message + " "));
    EXPECT_FALSE(
        p256_verify(view(P256Key::generate(system_entropy).public_key()), signature, message));
  }
}

TEST(P256, AnyFlippedBitOfTheSignatureIsRefused) {
  const P256Key key = P256Key::generate(system_entropy);
  const Bytes good(view(key.sign("rye")));
  for (std::size_t bit = 0; bit < 8 * 64; ++bit) {
    Bytes bad = good;
    bad[bit / 8] ^= static_cast<char>(1 << bit % 8);
    EXPECT_FALSE(p256_verify(view(key.public_key()), bad, "rye")) << bit;
  }
}

TEST(P256, RefusesKeysOfOtherForms) {
  const P256Key key = P256Key::generate(system_entropy);
  const Bytes good(view(key.public_key()));
  const Bytes signature(view(key.sign("rye")));
  ASSERT_TRUE(p256_verify(good, signature, "rye"));
  for (const char first : {'\x00', '\x01', '\x04', '\x05', '\x06', '\x07', '\xff'})
    EXPECT_FALSE(p256_verify(first + good.substr(1), signature, "rye"));
  EXPECT_FALSE(
      p256_verify((good[0] == '\x02' ? '\x03' : '\x02') + good.substr(1), signature, "rye"));
  EXPECT_FALSE(p256_verify(good + '\0', signature, "rye"));
  EXPECT_FALSE(p256_verify(good.substr(0, 32), signature, "rye"));
  EXPECT_FALSE(p256_verify("", signature, "rye"));
  EXPECT_FALSE(p256_verify(Bytes(1, '\0'), signature, "rye"));
  // x above the field's prime, and an x on no point.
  EXPECT_FALSE(p256_verify("\x02" + Bytes(32, '\xff'), signature, "rye"));
  EXPECT_FALSE(p256_verify("\x02" + Bytes(31, '\0') + "\x01", signature, "rye"));
}

TEST(P256, RefusesSignaturesOfOtherForms) {
  const P256Key key = P256Key::generate(system_entropy);
  const Bytes good(view(key.sign("rye")));
  const BytesView public_key = view(key.public_key());
  EXPECT_FALSE(p256_verify(public_key, "", "rye"));
  EXPECT_FALSE(p256_verify(public_key, good.substr(0, 63), "rye"));
  EXPECT_FALSE(p256_verify(public_key, good + '\0', "rye"));
  const Bytes zero(32, '\0');
  EXPECT_FALSE(p256_verify(public_key, zero + zero, "rye"));
  EXPECT_FALSE(p256_verify(public_key, zero + good.substr(32), "rye"));
  EXPECT_FALSE(p256_verify(public_key, good.substr(0, 32) + zero, "rye"));
  const Bytes order =
      test::unhex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
  EXPECT_FALSE(p256_verify_digest(public_key, order + good.substr(32), sha256("rye")));
  EXPECT_FALSE(p256_verify_digest(public_key, good.substr(0, 32) + order, sha256("rye")));
}

}  // namespace
}  // namespace astyq::crypto
