// SPDX-License-Identifier: Apache-2.0
#include "crypto/ed25519.h"

#include <sodium.h>

#include <algorithm>

#include "base/check.h"

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

// The speed hardly grows beyond, and a wrong signature spoils less. docs/adr/0002-ed25519-zebra.md
constexpr std::size_t kBatch = 256;
// Below, checking one by one costs no more than another batch.
constexpr std::size_t kSmallestBatch = 8;

const std::uint8_t* bytes_of(BytesView bytes) {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

struct Range {
  std::size_t begin;
  std::size_t end;
  std::size_t size() const { return end - begin; }
};

std::vector<Range> batches_of(std::size_t count) {
  std::vector<Range> batches;
  for (std::size_t begin = 0; begin < count; begin += kBatch)
    batches.push_back({begin, std::min(count, begin + kBatch)});
  return batches;
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

bool ed25519_all_valid(std::span<const Ed25519Item> items) {
  const std::vector<AstyqEd25519Item> raw = raw_of(items);
  return astyq_ed25519_verify_all(raw.data(), raw.size());
}

std::vector<std::uint8_t> ed25519_verify_batch(std::span<const Ed25519Item> items) {
  const std::vector<AstyqEd25519Item> raw = raw_of(items);
  std::vector<std::uint8_t> valid(items.size(), 0);
  // A batch that fails is halved until what is left is cheaper to check one by one.
  std::vector<Range> open = batches_of(items.size());
  while (!open.empty()) {
    const Range range = open.back();
    open.pop_back();
    if (range.size() < kSmallestBatch) {
      for (std::size_t i = range.begin; i < range.end; ++i)
        valid[i] = astyq_ed25519_verify(&raw[i]) ? 1 : 0;
    } else if (astyq_ed25519_verify_all(&raw[range.begin], range.size())) {
      std::fill(valid.begin() + range.begin, valid.begin() + range.end, 1);
    } else {
      const std::size_t middle = range.begin + range.size() / 2;
      open.push_back({range.begin, middle});
      open.push_back({middle, range.end});
    }
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

}  // namespace astyq::crypto
