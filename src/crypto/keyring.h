// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crypto/ed25519.h"
#include "crypto/keyring_format.h"

namespace astyq::crypto {

// The first line of a file that others may not read; a pipe has no rights to speak of. Faults:
// `password_missing`, `password_too_open`.
Result<std::string> read_password(const std::string& path);

// A client's named signing keys in one file under one password. The file has mode 0600 and is
// replaced whole, so that a crash leaves the old one or the new one.
//
// `entropy` serves salts, nonces and new keys.
//
// Faults common to all: keyring_missing (there is no such file), keyring_too_open (others may read
// or write it), keyring_busy (another program writes it), keyring_io (the system refused), and
// those of keyring_format.h.
class Keyring {
 public:
  // An empty keyring in a new file. Further faults: keyring_exists.
  static Result<Keyring> create(std::string path, std::string_view password, Entropy entropy,
                                KeyringCost cost = keyring_cost_moderate());
  // The faults that opening it would have under any password, so that nobody is asked in vain.
  static Status check(const std::string& path);
  static Result<Keyring> open(std::string path, std::string_view password, Entropy entropy);

  // Adds a key and writes the file, with whatever other programs have added meanwhile.
  // A name has 1 to 64 of a-z A-Z 0-9 . _ -
  // Further faults: keyring_wrong_name, keyring_name_taken. Nothing changes then.
  Status add(const std::string& name, const Ed25519Key::Seed& seed);
  // The same with a fresh random key. Returns its public half.
  Result<Ed25519Key::PublicKey> add_new(const std::string& name);
  // Ascending.
  std::vector<std::string> names() const;
  // Faults: keyring_no_such_key.
  Result<Ed25519Key> get(const std::string& name) const;

 private:
  Keyring(std::string path, const KeyringLock& lock, NamedSeeds seeds, Entropy entropy);

  std::string path_;
  KeyringLock lock_;
  NamedSeeds seeds_;
  Entropy entropy_;
};

}  // namespace astyq::crypto
