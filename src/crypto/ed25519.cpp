// SPDX-License-Identifier: Apache-2.0
#include "crypto/ed25519.h"

#include <sodium.h>

#include <algorithm>

#include "base/check.h"
#include "crypto/sha256.h"

// src/crypto/ed25519_zebra_c/src/lib.rs
extern "C" {
struct AstyqEd25519Item {
  const std::uint8_t* key;
  const std::uint8_t* signature;
  const std::uint8_t* message;
  std::size_t message_size;
};
bool astyq_ed25519_verify(const AstyqEd25519Item* item);
bool astyq_ed25519_verify_all(const AstyqEd25519Item* items, std::size_t count);
}

namespace astyq::crypto {
namespace {

// Nothing is won by more. A batch that fails is checked again in small ones, and of these the
// failing ones singly: at worst some two times the cost of singles. docs/adr/0002-ed25519-zebra.md
constexpr std::size_t kBatch = 256;
constexpr std::size_t kSmallBatch = 16;

const std::uint8_t* bytes_of(BytesView bytes) {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

using RawItems = std::span<const AstyqEd25519Item>;
using Answers = std::span<std::uint8_t>;

bool all_valid(RawItems items) {
  return astyq_ed25519_verify_all(items.data(), items.size());
}

void verify_small_batch(RawItems items, Answers valid) {
  if (items.size() > 1 && all_valid(items)) {
    std::ranges::fill(valid, 1);
    return;
  }
  for (std::size_t i = 0; i < items.size(); ++i) valid[i] = astyq_ed25519_verify(&items[i]) ? 1 : 0;
}

void verify_batch(RawItems items, Answers valid) {
  if (items.size() > kSmallBatch && all_valid(items)) {
    std::ranges::fill(valid, 1);
    return;
  }
  for (std::size_t i = 0; i < items.size(); i += kSmallBatch) {
    const std::size_t size = std::min(kSmallBatch, items.size() - i);
    verify_small_batch(items.subspan(i, size), valid.subspan(i, size));
  }
}

std::vector<AstyqEd25519Item> raw_of(std::span<const Ed25519Item> items) {
  std::vector<AstyqEd25519Item> raw;
  raw.reserve(items.size());
  for (const Ed25519Item& item : items)
    raw.push_back(
        {item.key.data(), item.signature.data(), bytes_of(item.message), item.message.size()});
  return raw;
}

}  // namespace

bool ed25519_verify(BytesView public_key32, BytesView signature64, BytesView message) {
  if (public_key32.size() != 32 || signature64.size() != 64) return false;
  const AstyqEd25519Item item = {bytes_of(public_key32), bytes_of(signature64), bytes_of(message),
                                 message.size()};
  return astyq_ed25519_verify(&item);
}

bool ed25519_is_sound_key(BytesView public_key32) {
  return public_key32.size() == 32 &&
         crypto_core_ed25519_is_valid_point(bytes_of(public_key32)) == 1;
}

bool ed25519_all_valid(std::span<const Ed25519Item> items) {
  return all_valid(raw_of(items));
}

std::vector<std::uint8_t> ed25519_verify_batch(std::span<const Ed25519Item> items) {
  const std::vector<AstyqEd25519Item> raw = raw_of(items);
  std::vector<std::uint8_t> valid(items.size(), 0);
  for (std::size_t i = 0; i < raw.size(); i += kBatch) {
    const std::size_t size = std::min(kBatch, raw.size() - i);
    verify_batch(RawItems(raw).subspan(i, size), Answers(valid).subspan(i, size));
  }
  return valid;
}

Ed25519Key::Ed25519Key(const Seed& seed) {
  PublicKey public_key;
  const int made =
      crypto_sign_seed_keypair(public_key.data(), seed_and_public_key_.data(), seed.data());
  ASTYQ_CHECK(made == 0);
}

Ed25519Key::~Ed25519Key() {
  sodium_memzero(seed_and_public_key_.data(), seed_and_public_key_.size());
}

Ed25519Key::PublicKey Ed25519Key::public_key() const {
  PublicKey public_key;
  std::copy_n(seed_and_public_key_.begin() + 32, public_key.size(), public_key.begin());
  return public_key;
}

Ed25519Key::Signature Ed25519Key::sign(BytesView message) const {
  Signature signature;
  const int signed_ok = crypto_sign_detached(signature.data(), nullptr, bytes_of(message),
                                             message.size(), seed_and_public_key_.data());
  ASTYQ_CHECK(signed_ok == 0);
  return signature;
}

Hash Ed25519Key::derive(std::string_view purpose) const {
  return hmac_sha256(view(seed_and_public_key_).substr(0, 32), purpose);
}

}  // namespace astyq::crypto
