// SPDX-License-Identifier: Apache-2.0
#include "crypto/secret_box.h"

#include <sodium.h>

#include "base/check.h"
#include "crypto/sha256.h"

namespace astyq::crypto {
namespace {

constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(kNonceBytes + kTagBytes == kBoxOverhead);

Hash derived(std::string_view what, BytesView secret, std::string_view purpose) {
  Bytes message(what);
  message += secret;
  message += purpose;
  return sha256(message);
}

const unsigned char* bytes_of(BytesView bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace

SecretBox::SecretBox(BytesView secret32, std::string_view purpose)
    : key_(derived("astyq/box/key/1", secret32, purpose)),
      nonce_key_(derived("astyq/box/nonce/1", secret32, purpose)) {
  ASTYQ_CHECK(secret32.size() == 32 && sodium_init() >= 0);
}

SecretBox::~SecretBox() {
  sodium_memzero(key_.data(), key_.size());
  sodium_memzero(nonce_key_.data(), nonce_key_.size());
}

Bytes SecretBox::seal(BytesView message) const {
  const Hash mac = hmac_sha256(view(nonce_key_), message);
  Bytes box(view(mac).substr(0, kNonceBytes));
  box.resize(kNonceBytes + message.size() + kTagBytes);
  auto* ciphertext = reinterpret_cast<unsigned char*>(box.data()) + kNonceBytes;
  crypto_aead_xchacha20poly1305_ietf_encrypt(ciphertext, nullptr, bytes_of(message), message.size(),
                                             nullptr, 0, nullptr, mac.data(), key_.data());
  return box;
}

std::optional<Bytes> SecretBox::open(BytesView box) const {
  if (box.size() < kBoxOverhead) return std::nullopt;
  const BytesView ciphertext = box.substr(kNonceBytes);
  Bytes message(box.size() - kBoxOverhead, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          reinterpret_cast<unsigned char*>(message.data()), nullptr, nullptr, bytes_of(ciphertext),
          ciphertext.size(), nullptr, 0, bytes_of(box), key_.data()) != 0)
    return std::nullopt;
  return message;
}

}  // namespace astyq::crypto
