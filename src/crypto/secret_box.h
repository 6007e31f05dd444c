// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "base/bytes.h"

// What all who share a secret can open, and who has it not cannot: libsodium's XChaCha20-Poly1305.
// The same message under the same secret gives the same box on every node, so that parts of one box
// may come from several; two messages never share a nonce.
//   box = nonce(24) || ciphertext || tag(16)    nonce: the first 24 bytes of
//         HMAC-SHA-256(SHA-256("astyq/box/nonce/1" || secret || purpose), message); the key is that
//         digest with "key" in the place of "nonce"
namespace astyq::crypto {

class SecretBox {
 public:
  // `purpose` keeps boxes of one kind from being taken for those of another.
  SecretBox(BytesView secret32, std::string_view purpose);
  SecretBox(const SecretBox&) = delete;
  SecretBox& operator=(const SecretBox&) = delete;
  ~SecretBox();

  Bytes seal(BytesView message) const;
  // Nothing for a box that was sealed otherwise or changed since.
  std::optional<Bytes> open(BytesView box) const;

 private:
  Hash key_;
  Hash nonce_key_;
};

inline constexpr std::size_t kBoxOverhead = 24 + 16;

}  // namespace astyq::crypto
