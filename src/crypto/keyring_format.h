// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/ed25519.h"
#include "crypto/entropy.h"

namespace astyq::crypto {

// The bytes of a keyring's file. Numbers are big-endian.
//   file      = header nonce:24*byte sealed:*byte checksum:32*byte
//   header    = "astyq/keyring" version:u8 passes:u64 memory_bytes:u64 salt:16*byte
//   sealed    = XChaCha20-Poly1305 of `keys`, key = Argon2id(password, salt, passes, memory_bytes),
//               with header and nonce as the associated data
//   keys      = { size:u8 name:size*byte seed:32*byte }, ascending by name, none twice
//   checksum  = SHA-256 of all before it: tells a damaged file from a wrong password
// version is 1. A reader refuses versions that it does not know.

using NamedSeeds = std::map<std::string, Ed25519Key::Seed>;

// How dear one guess of the password is. Stored in the file, so that it may rise later.
struct KeyringCost {
  std::uint64_t passes;
  std::uint64_t memory_bytes;
};
// About a second and 256 MiB: libsodium's "moderate".
KeyringCost keyring_cost_moderate();
// About a tenth of that: libsodium's "interactive".
KeyringCost keyring_cost_interactive();

// The key that seals a file: what a password becomes under one salt and cost. Wiped when it goes.
class KeyringLock {
 public:
  // A fresh salt. Faults: keyring_out_of_memory.
  static Result<KeyringLock> create(std::string_view password, KeyringCost cost, Entropy entropy);
  // The salt and cost that stand in `file`.
  // Faults: keyring_corrupt, keyring_unknown_version, keyring_out_of_memory.
  static Result<KeyringLock> of(BytesView file, std::string_view password);
  KeyringLock(const KeyringLock&) = default;
  KeyringLock& operator=(const KeyringLock&) = default;
  ~KeyringLock();

  // The whole file, under a fresh nonce.
  Bytes seal(const NamedSeeds& seeds, Entropy entropy) const;
  // Faults: keyring_corrupt, keyring_unknown_version, keyring_wrong_password.
  Result<NamedSeeds> open(BytesView file) const;

 private:
  KeyringLock() = default;
  static Result<KeyringLock> derive(Bytes header, std::string_view password, KeyringCost cost);

  Bytes header_;
  std::array<std::uint8_t, 32> key_{};
};

}  // namespace astyq::crypto
