// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "crypto/ed25519.h"

// What one reader alone can open: libsodium's sealed boxes over X25519.
namespace astyq::crypto {

// What a reader gives to whoever seals something for him.
using ReaderPublicKey = std::array<std::uint8_t, 32>;

// The reading half of a signing key: a key of its own, made of the same secret, so that a keyring
// holds both. Wiped from memory when it goes.
class ReaderKey {
 public:
  explicit ReaderKey(const Ed25519Key& key);
  ReaderKey(const ReaderKey&) = delete;
  ReaderKey& operator=(const ReaderKey&) = delete;
  ~ReaderKey();

  const ReaderPublicKey& public_key() const { return public_key_; }
  // Nothing for a box that was sealed for another or changed since.
  std::optional<Bytes> open(BytesView box) const;

 private:
  std::array<std::uint8_t, 32> secret_;
  ReaderPublicKey public_key_;
};

inline constexpr std::size_t kSealOverhead = 48;  // a box is so much longer than its message

// Nothing for a key that no reader can have.
std::optional<Bytes> seal(const ReaderPublicKey& reader, BytesView message);

}  // namespace astyq::crypto
