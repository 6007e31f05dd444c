// SPDX-License-Identifier: Apache-2.0
#include "crypto/keyring_format.h"

#include <sodium.h>

#include <optional>

#include "crypto/sha256.h"

namespace astyq::crypto {
namespace {

constexpr BytesView kMagic = "astyq/keyring";
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kSaltBytes = crypto_pwhash_argon2id_SALTBYTES;
constexpr std::size_t kCostAt = kMagic.size() + 1;
constexpr std::size_t kHeaderBytes = kCostAt + 8 + 8 + kSaltBytes;
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kChecksumBytes = 32;
constexpr std::size_t kMinFileBytes = kHeaderBytes + kNonceBytes + kTagBytes + kChecksumBytes;
constexpr std::size_t kSeedBytes = 32;
// A file from elsewhere must not make its reader work for minutes.
constexpr std::uint64_t kMaxPasses = 16;
constexpr std::uint64_t kMaxMemoryBytes = std::uint64_t{1} << 30;

const std::uint8_t* bytes_of(BytesView bytes) {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}
std::uint8_t* bytes_of(Bytes& bytes) {
  return reinterpret_cast<std::uint8_t*>(bytes.data());
}

template <std::size_t N>
Bytes random_bytes(Entropy entropy) {
  std::array<std::uint8_t, N> bytes;
  entropy(bytes);
  return Bytes(view(bytes));
}

Fault corrupt(const std::string& why) {
  return {"keyring_corrupt",
          "The keyring is damaged: " + why + ". Its keys cannot be read. Restore it from a copy."};
}

std::optional<Fault> check_form(BytesView file) {
  if (!file.starts_with(kMagic)) return corrupt("it does not begin as a keyring does");
  if (file.size() < kMinFileBytes) return corrupt("it is cut short");
  const auto version = static_cast<std::uint8_t>(file[kMagic.size()]);
  if (version != kVersion)
    return Fault{"keyring_unknown_version", "The keyring has format " + std::to_string(version) +
                                                ", this program reads " + std::to_string(kVersion) +
                                                ". Use the program that wrote it, or a newer one."};
  const BytesView checked = file.substr(0, file.size() - kChecksumBytes);
  if (file.substr(checked.size()) != view(sha256(checked)))
    return corrupt("its checksum does not match");
  return std::nullopt;
}

Bytes encode(const NamedSeeds& seeds) {
  Bytes keys;
  for (const auto& [name, seed] : seeds) {
    ASTYQ_CHECK(!name.empty() && name.size() <= 255);
    keys.push_back(static_cast<char>(name.size()));
    keys += name;
    keys += view(seed);
  }
  return keys;
}

std::optional<NamedSeeds> decode(BytesView keys) {
  NamedSeeds seeds;
  while (!keys.empty()) {
    const std::size_t name_bytes = static_cast<std::uint8_t>(keys[0]);
    if (name_bytes == 0 || keys.size() < 1 + name_bytes + kSeedBytes) return std::nullopt;
    const std::string name(keys.substr(1, name_bytes));
    if (!seeds.empty() && name <= seeds.rbegin()->first) return std::nullopt;
    seeds.emplace(name, *to_array<kSeedBytes>(keys.substr(1 + name_bytes, kSeedBytes)));
    keys.remove_prefix(1 + name_bytes + kSeedBytes);
  }
  return seeds;
}

}  // namespace

KeyringCost keyring_cost_moderate() {
  return {crypto_pwhash_argon2id_OPSLIMIT_MODERATE, crypto_pwhash_argon2id_MEMLIMIT_MODERATE};
}

KeyringCost keyring_cost_interactive() {
  return {crypto_pwhash_argon2id_OPSLIMIT_INTERACTIVE, crypto_pwhash_argon2id_MEMLIMIT_INTERACTIVE};
}

Result<KeyringLock> KeyringLock::create(std::string_view password, KeyringCost cost,
                                        Entropy entropy) {
  Bytes header(kMagic);
  header.push_back(static_cast<char>(kVersion));
  append_u64(header, cost.passes);
  append_u64(header, cost.memory_bytes);
  header += random_bytes<kSaltBytes>(entropy);
  return derive(std::move(header), password, cost);
}

Result<KeyringLock> KeyringLock::of(BytesView file, std::string_view password) {
  if (const auto fault = check_form(file)) return *fault;
  const KeyringCost cost = {read_u64(file.substr(kCostAt)), read_u64(file.substr(kCostAt + 8))};
  const bool possible = cost.passes >= crypto_pwhash_argon2id_OPSLIMIT_MIN &&
                        cost.passes <= kMaxPasses &&
                        cost.memory_bytes >= crypto_pwhash_argon2id_MEMLIMIT_MIN &&
                        cost.memory_bytes <= kMaxMemoryBytes;
  if (!possible) return corrupt("the cost it names is out of bounds");
  return derive(Bytes(file.substr(0, kHeaderBytes)), password, cost);
}

Result<KeyringLock> KeyringLock::derive(Bytes header, std::string_view password, KeyringCost cost) {
  KeyringLock lock;
  lock.header_ = std::move(header);
  const BytesView salt = BytesView(lock.header_).substr(kHeaderBytes - kSaltBytes);
  const int derived =
      crypto_pwhash(lock.key_.data(), lock.key_.size(), password.data(), password.size(),
                    bytes_of(salt), cost.passes, cost.memory_bytes, crypto_pwhash_ALG_ARGON2ID13);
  if (derived == 0) return lock;
  return Fault{"keyring_out_of_memory",
               "Checking the password needs " + std::to_string(cost.memory_bytes >> 20) +
                   " MiB of memory, which the system did not give. Free some and try again."};
}

KeyringLock::~KeyringLock() {
  sodium_memzero(key_.data(), key_.size());
}

Bytes KeyringLock::seal(const NamedSeeds& seeds, Entropy entropy) const {
  Bytes keys = encode(seeds);
  Bytes file = header_ + random_bytes<kNonceBytes>(entropy);
  Bytes sealed(keys.size() + kTagBytes, '\0');
  crypto_aead_xchacha20poly1305_ietf_encrypt(
      bytes_of(sealed), nullptr, bytes_of(BytesView(keys)), keys.size(), bytes_of(BytesView(file)),
      file.size(), nullptr, bytes_of(BytesView(file).substr(kHeaderBytes)), key_.data());
  sodium_memzero(keys.data(), keys.size());
  file += sealed;
  file += view(sha256(file));
  return file;
}

Result<NamedSeeds> KeyringLock::open(BytesView file) const {
  if (const auto fault = check_form(file)) return *fault;
  const BytesView associated = file.substr(0, kHeaderBytes + kNonceBytes);
  const BytesView sealed =
      file.substr(associated.size(), file.size() - associated.size() - kChecksumBytes);
  Bytes keys(sealed.size() - kTagBytes, '\0');
  const int opened = crypto_aead_xchacha20poly1305_ietf_decrypt(
      bytes_of(keys), nullptr, nullptr, bytes_of(sealed), sealed.size(), bytes_of(associated),
      associated.size(), bytes_of(associated.substr(kHeaderBytes)), key_.data());
  if (opened != 0)
    return Fault{"keyring_wrong_password",
                 "The password does not open this keyring. Try again; a lost password cannot be "
                 "recovered, the keys then need a copy whose password is known."};
  const auto seeds = decode(keys);
  sodium_memzero(keys.data(), keys.size());
  if (!seeds) return corrupt("what it seals is no list of keys");
  return *seeds;
}

}  // namespace astyq::crypto
