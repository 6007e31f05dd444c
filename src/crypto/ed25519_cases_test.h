// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>
#include <sodium.h>

#include <random>
#include <vector>

#include "crypto/ed25519.h"
#include "support/vectors.h"

// Signatures whose verdict under ZIP-215 is known from how they were made.
namespace astyq::crypto {

struct Ed25519Case {
  Bytes key;
  Bytes signature;
  Bytes message;
  bool valid;
};

inline bool verify(const Ed25519Case& one) {
  return ed25519_verify(one.key, one.signature, one.message);
}

inline std::vector<Ed25519Item> items_of(const std::vector<Ed25519Case>& cases) {
  std::vector<Ed25519Item> items;
  for (const Ed25519Case& one : cases)
    items.push_back({*to_array<32>(one.key), *to_array<64>(one.signature), one.message});
  return items;
}

// The eight points of small order, and the other encodings of them that ZIP-215 takes as well.
inline constexpr const char* kSmallOrder[] = {
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
inline constexpr std::size_t kCanonicalSmallOrder = 8;

class Ed25519CaseMaker {
 public:
  // Kinds below this are odd in one way each; all others are plain and valid.
  static constexpr std::size_t kOddKinds = 12;
  // Kinds below this are valid although a key, an R or both have a part of small order.
  static constexpr std::size_t kTorsionKinds = 6;

  explicit Ed25519CaseMaker(std::uint64_t seed) : random_(seed) {}

  Ed25519Case make(std::size_t kind) {
    const auto small = [this] { return small_order(kCanonicalSmallOrder); };
    switch (kind) {
      case 0:
        return with_torsion(small(), identity());
      case 1:
        return with_torsion(identity(), small());
      case 2:
        return with_torsion(small(), small());
      case 3:
        return all_small_order();
      case 4:
        return small_order_key();
      case 5:
        return small_order_r();
      case 6:
        return spoilt(with_torsion(small(), small()));
      case 7:
        return spoilt(plain());
      case 8:
        return flipped(plain());
      case 9:
        return with_large_s();
      case 10:
        return with_no_point();
      case 11:
        return with_other_encoding();
      default:
        return plain();
    }
  }

 private:
  using Point = std::array<std::uint8_t, 32>;
  using Scalar = std::array<std::uint8_t, 32>;

  Bytes random_bytes(std::size_t size) {
    Bytes bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random_());
    return bytes;
  }
  static Scalar reduced(BytesView wide64) {
    Scalar scalar;
    crypto_core_ed25519_scalar_reduce(scalar.data(),
                                      reinterpret_cast<const std::uint8_t*>(wide64.data()));
    return scalar;
  }
  Scalar random_scalar() { return reduced(random_bytes(64)); }
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
  // s = r + H(R, A, M) a
  static Scalar answer(const Scalar& r, const Scalar& a, const Bytes& hashed) {
    std::array<std::uint8_t, 64> wide;
    crypto_hash_sha512(wide.data(), reinterpret_cast<const std::uint8_t*>(hashed.data()),
                       hashed.size());
    const Scalar k = reduced(view(wide));
    Scalar ka, s;
    crypto_core_ed25519_scalar_mul(ka.data(), k.data(), a.data());
    crypto_core_ed25519_scalar_add(s.data(), ka.data(), r.data());
    return s;
  }

  Ed25519Case plain() {
    const Ed25519Key key(*to_array<32>(random_bytes(32)));
    const Bytes message = random_bytes(random_() % 100);
    return {Bytes(view(key.public_key())), Bytes(view(key.sign(message))), message, true};
  }

  // A = aB + T, R = rB + U: right up to T and U, which the cofactor removes.
  Ed25519Case with_torsion(const Point& in_key, const Point& in_r) {
    const Scalar a = random_scalar();
    const Scalar r = random_scalar();
    const Bytes key(view(plus(times_base(a), in_key)));
    const Bytes r_bytes(view(plus(times_base(r), in_r)));
    const Bytes message = random_bytes(random_() % 100);
    const Scalar s = answer(r, a, r_bytes + key + message);
    return {key, r_bytes + Bytes(view(s)), message, true};
  }

  // With s = 0 both sides are points of small order, so any message is "signed".
  Ed25519Case all_small_order() {
    const std::size_t count = std::size(kSmallOrder);
    const Bytes key(view(small_order(count)));
    return {key, Bytes(view(small_order(count))) + Bytes(32, '\0'), random_bytes(20), true};
  }

  // A = T in any encoding, s = r: anybody signs anything under such a key.
  Ed25519Case small_order_key() {
    const Scalar r = random_scalar();
    const Bytes key(view(small_order(std::size(kSmallOrder))));
    const Bytes r_bytes(view(plus(times_base(r), small_order(kCanonicalSmallOrder))));
    return {key, r_bytes + Bytes(view(r)), random_bytes(random_() % 100), true};
  }

  // R = U in any encoding, s = H(R, A, M) a, as Wycheproof's Ed25519 case 151.
  Ed25519Case small_order_r() {
    const Scalar a = random_scalar();
    const Bytes key(view(plus(times_base(a), small_order(kCanonicalSmallOrder))));
    const Bytes r_bytes(view(small_order(std::size(kSmallOrder))));
    const Bytes message = random_bytes(random_() % 100);
    const Scalar s = answer({}, a, r_bytes + key + message);
    return {key, r_bytes + Bytes(view(s)), message, true};
  }

  Ed25519Case spoilt(Ed25519Case one) {
    one.valid = false;
    one.signature[32 + random_() % 31] ^= static_cast<char>(1 << random_() % 8);
    return one;
  }

  // One bit anywhere in key, R, s or message.
  Ed25519Case flipped(Ed25519Case one) {
    one.valid = false;
    const std::size_t at = random_() % (96 + one.message.size());
    char& byte = at < 32 ? one.key[at] : at < 96 ? one.signature[at - 32] : one.message[at - 96];
    byte = static_cast<char>(byte ^ 1 << random_() % 8);
    return one;
  }

  // s + L: the same point, but not the one encoding of s that is allowed.
  Ed25519Case with_large_s() {
    static constexpr Scalar kOrder = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,
                                      0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
                                      0,    0,    0,    0,    0,    0,    0,    0,
                                      0,    0,    0,    0,    0,    0,    0,    0x10};
    Ed25519Case one = plain();
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
  Ed25519Case with_no_point() { return replaced(plain(), "\x02" + Bytes(31, '\0')); }

  // A y of p or more on a point of large order: decoded, but nobody's key and nobody's R.
  Ed25519Case with_other_encoding() {
    static constexpr std::uint8_t kOnCurve[] = {3, 4, 5, 6, 9, 10, 14, 15, 16, 18};
    Bytes point(32, '\xff');
    point[0] = static_cast<char>(0xed + kOnCurve[random_() % std::size(kOnCurve)]);
    if (random_() % 2 == 0) point[31] = '\x7f';
    return replaced(plain(), point);
  }

  Ed25519Case replaced(Ed25519Case one, const Bytes& point) {
    one.valid = false;
    if (random_() % 2 == 0)
      one.key = point;
    else
      one.signature.replace(0, 32, point);
    return one;
  }

  std::mt19937_64 random_;
};

}  // namespace astyq::crypto
