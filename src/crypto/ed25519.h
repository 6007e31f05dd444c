// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"

namespace astyq::crypto {

// Ed25519 by the rules of ZIP-215, on every node alike: any encoding of a point on the curve is
// taken for the key and for R, s must be below the group's order, and the equation is checked
// times the cofactor, 8sB = 8R + 8kA. Source: https://zips.z.cash/zip-0215

// False also for a key that is not 32 bytes or a signature that is not 64.
bool ed25519_verify(BytesView public_key32, BytesView signature64, BytesView message);

// Whether a key is one that RFC 8032 makes: a canonical point of the group of prime order. ZIP-215
// verifies under other points too, for some of which anybody can sign, so a ledger takes none of
// those in. False also for a key that is not 32 bytes.
bool ed25519_is_sound_key(BytesView public_key32);

struct Ed25519Item {
  std::array<std::uint8_t, 32> key;
  std::array<std::uint8_t, 64> signature;
  BytesView message;  // must outlive the call
};

// Are all of them valid? One equation for the whole list; a wrong yes has probability 2^-128.
bool ed25519_all_valid(std::span<const Ed25519Item> items);

// Returns one answer an item, 1 for valid and 0 for not, each equal to ed25519_verify's. Where
// nearly all are valid it costs about half of one by one, where none is about twice as much.
std::vector<std::uint8_t> ed25519_verify_batch(std::span<const Ed25519Item> items);

// A signing key of RFC 8032. Wiped from memory when it goes.
class Ed25519Key {
 public:
  using Seed = std::array<std::uint8_t, 32>;
  using PublicKey = std::array<std::uint8_t, 32>;
  using Signature = std::array<std::uint8_t, 64>;

  explicit Ed25519Key(const Seed& seed);
  Ed25519Key(const Ed25519Key&) = default;
  Ed25519Key& operator=(const Ed25519Key&) = default;
  ~Ed25519Key();

  PublicKey public_key() const;
  // Deterministic, as RFC 8032 has it.
  Signature sign(BytesView message) const;
  // A secret for another purpose, from which neither this key nor that of a third can be told.
  Hash derive(std::string_view purpose) const;

 private:
  std::array<std::uint8_t, 64> seed_and_public_key_;
};

}  // namespace astyq::crypto
