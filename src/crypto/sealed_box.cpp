// SPDX-License-Identifier: Apache-2.0
#include "crypto/sealed_box.h"

#include <sodium.h>

#include <algorithm>

#include "base/check.h"

namespace astyq::crypto {

static_assert(kSealOverhead == crypto_box_SEALBYTES);
namespace {

unsigned char* bytes_of(Bytes& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

const unsigned char* bytes_of(BytesView bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace

ReaderKey::ReaderKey(const Ed25519Key& key) {
  Hash seed = key.derive("astyq/reader/1");
  const int made = crypto_box_seed_keypair(public_key_.data(), secret_.data(), seed.data());
  sodium_memzero(seed.data(), seed.size());
  ASTYQ_CHECK(made == 0);
}

ReaderKey::~ReaderKey() {
  sodium_memzero(secret_.data(), secret_.size());
}

std::optional<Bytes> ReaderKey::open(BytesView box) const {
  if (box.size() < kSealOverhead) return std::nullopt;
  Bytes message(box.size() - kSealOverhead, '\0');
  const int opened = crypto_box_seal_open(bytes_of(message), bytes_of(box), box.size(),
                                          public_key_.data(), secret_.data());
  return opened == 0 ? std::optional(message) : std::nullopt;
}

std::optional<Bytes> seal(const ReaderPublicKey& reader, BytesView message) {
  Bytes box(message.size() + kSealOverhead, '\0');
  const int sealed =
      crypto_box_seal(bytes_of(box), bytes_of(message), message.size(), reader.data());
  return sealed == 0 ? std::optional(box) : std::nullopt;
}

}  // namespace astyq::crypto
