// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "crypto/entropy.h"

namespace astyq::crypto {

// ECDSA over P-256 with SHA-256 (FIPS 186-4), as browsers and passkeys sign. Keys are compressed
// points (SEC 1: 0x02 or 0x03, then x), signatures are r || s of 32 big-endian bytes each.

// Is s at most half the group's order? Of a signature's two forms exactly one is.
// False also for a signature that is not 64 bytes.
bool p256_has_low_s(BytesView signature64);

// What a transaction needs: valid, and with low s.
bool p256_verify(BytesView public_key33, BytesView signature64, BytesView message);

// The bare primitive over the SHA-256 digest of the message: takes either form of a signature.
// False also for a key or signature of another length, a key that is no point of the curve, and
// r or s outside 1 .. n - 1.
bool p256_verify_digest(BytesView public_key33, BytesView signature64, const Hash& digest);

// Whether the bytes are a point of the curve. False also for a key of another length or form.
bool p256_is_point(BytesView public_key33);

// r || s in low form. Requires: 64 bytes with s at most n.
std::array<std::uint8_t, 64> p256_low_s(const std::array<std::uint8_t, 64>& signature);

// A client's signing key. Wiped from memory when it goes.
class P256Key {
 public:
  using Secret = std::array<std::uint8_t, 32>;
  using PublicKey = std::array<std::uint8_t, 33>;
  using Signature = std::array<std::uint8_t, 64>;

  static P256Key generate(Entropy entropy);
  // Nothing for 0 and for a number of the group's order or more.
  static std::optional<P256Key> of(const Secret& secret);
  P256Key(const P256Key&) = default;
  P256Key& operator=(const P256Key&) = default;
  ~P256Key();

  const PublicKey& public_key() const { return public_key_; }
  const Secret& secret() const { return secret_; }
  // With low s. Two signatures of one message differ.
  Signature sign(BytesView message) const;

 private:
  P256Key(const Secret& secret, const PublicKey& public_key);
  Secret secret_;
  PublicKey public_key_;
};

}  // namespace astyq::crypto
