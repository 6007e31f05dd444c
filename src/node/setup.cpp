// SPDX-License-Identifier: Apache-2.0
#include "node/setup.h"

#include "crypto/entropy.h"
#include "crypto/keyring.h"
#include "crypto/sha256.h"
#include "engine/genesis.h"
#include "node/clock.h"
#include "store/data_directory.h"
#include "wire/json.h"

namespace astyq::node {
namespace {

constexpr const char* kGenesis = "genesis.json";
constexpr const char* kAnnexKey = "annex.key";
constexpr const char* kKeyring = "validator.keyring";
constexpr const char* kUnfinishedKeyring = "validator.keyring.new";  // see crypto/keyring.cpp
constexpr const char* kPassword = "node.password";
constexpr const char* kValidator = "validator";
constexpr std::size_t kMostBytes = 16u << 20;

std::string path(const std::string& directory, const char* name) {
  return directory + "/" + name;
}

Bytes random_hex(std::size_t size) {
  Bytes bytes(size, '\0');
  crypto::system_entropy({reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
  return to_hex(bytes);
}

Bytes trimmed(Bytes text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

Status write_files(const std::string& directory, const ledger::v1::Genesis& genesis,
                   const Bytes& annex_hex) {
  const auto files = store::posix_file_system();
  Status annex = store::replace_file(*files, directory, kAnnexKey, annex_hex + "\n");
  if (!annex.ok()) return annex;
  // The document goes last: a directory that has it is complete.
  return store::replace_file(*files, directory, kGenesis, wire::to_json(genesis) + "\n");
}

Fault network_exists(const std::string& directory) {
  return {"network_exists", directory + " already holds a network. Choose an empty directory."};
}

Status check_genesis(const ledger::v1::Genesis& genesis) {
  const std::string problem = engine::genesis_problem(genesis);
  if (problem.empty()) return Done{};
  return Fault{"genesis_invalid", "The genesis document cannot begin a network: " + problem + "."};
}

// What refuses a new network in this directory.
Status check_new(const std::string& directory, const ledger::v1::Genesis& genesis) {
  const auto begun = has_network(directory);
  if (!begun.ok()) return begun.fault();
  if (*begun) return network_exists(directory);
  if (!genesis.validator_key().empty() || !genesis.annex_digest().empty())
    return Fault{"genesis_taken",
                 "The document already names a validator's key or an annex key: it is that of a "
                 "network that exists, and beginning it again would make another one of the same "
                 "name. To join that network copy its genesis.json and annex.key; to begin one of "
                 "your own leave validator_key and annex_digest out."};
  return Done{};
}

}  // namespace

Result<Directory> Directory::hold(std::string path) {
  Directory directory(std::move(path));
  auto lock = store::lock_directory(*directory.files_, directory.path_);
  if (!lock.ok()) return lock.fault();
  directory.lock_ = std::move(*lock);
  return directory;
}

Result<bool> has_network(const std::string& directory) {
  return store::posix_file_system()->exists(path(directory, kGenesis));
}

Status begin_network(const std::string& directory, ledger::v1::Genesis genesis) {
  // Asked before the directory is held: of a node that runs there is more to say than that it does.
  if (const Status is_new = check_new(directory, genesis); !is_new.ok()) return is_new;
  const auto held = Directory::hold(directory);
  if (!held.ok()) return held.fault();
  return begin_network(*held, std::move(genesis));
}

Result<crypto::Ed25519Key> make_node_key(const Directory& held) {
  const std::string& directory = held.path();
  const auto begun = has_network(directory);
  if (!begun.ok()) return begun.fault();
  if (*begun) return network_exists(directory);
  const auto files = store::posix_file_system();
  const Bytes password = random_hex(24);
  if (const Status written = store::replace_file(*files, directory, kPassword, password + "\n");
      !written.ok())
    return written.fault();
  // What an earlier try that was cut short left behind holds nothing yet; no other is at work, for
  // the directory is held.
  for (const char* left : {kKeyring, kUnfinishedKeyring})
    if (const auto old = files->exists(path(directory, left)); old.ok() && *old)
      if (const Status removed = files->remove(path(directory, left)); !removed.ok())
        return removed.fault();
  auto keyring =
      crypto::Keyring::create(path(directory, kKeyring), password, crypto::system_entropy);
  if (!keyring.ok()) return keyring.fault();
  if (const auto made = keyring->add_new(kValidator); !made.ok()) return made.fault();
  return keyring->get(kValidator);
}

Status begin_network(const Directory& held, ledger::v1::Genesis genesis) {
  if (const Status is_new = check_new(held.path(), genesis); !is_new.ok()) return is_new;
  const auto key = make_node_key(held);
  if (!key.ok()) return key.fault();
  const Bytes annex_hex = random_hex(32);
  genesis.set_validator_key(Bytes(view(key->public_key())));
  genesis.set_annex_digest(Bytes(view(crypto::sha256(*from_hex(annex_hex)))));
  if (genesis.time_ns() == 0) genesis.set_time_ns(wall_clock_ns());
  if (const Status right = check_genesis(genesis); !right.ok()) return right;
  return write_files(held.path(), genesis, annex_hex);
}

Status join_network(const Directory& held, const ledger::v1::Genesis& genesis,
                    const engine::AnnexKey& annex_key) {
  const auto begun = has_network(held.path());
  if (!begun.ok()) return begun.fault();
  if (*begun) return network_exists(held.path());
  if (const Status right = check_genesis(genesis); !right.ok()) return right;
  if (genesis.annex_digest() != view(crypto::sha256(view(annex_key))))
    return Fault{"annex_key_wrong",
                 "The annex key is not the one that the genesis names. Ask the operator who gave "
                 "you the genesis for the key that belongs to it."};
  return write_files(held.path(), genesis, to_hex(view(annex_key)));
}

Status check_begun(const std::string& directory) {
  const auto begun = has_network(directory);
  if (!begun.ok()) return begun.fault();
  if (*begun) return Done{};
  return Fault{"genesis_missing",
               "There is no " + path(directory, kGenesis) +
                   ". Copy the network's genesis.json and annex.key there, begin a network "
                   "with `astyqd init`, or try the demo with --demo."};
}

Result<PublicIdentity> read_public_identity(const std::string& directory) {
  if (const Status begun = check_begun(directory); !begun.ok()) return begun.fault();
  const auto files = store::posix_file_system();
  const auto document = store::read_file(*files, path(directory, kGenesis), kMostBytes);
  if (!document.ok()) return document.fault();
  PublicIdentity identity;
  if (const Status read = wire::from_json(trimmed(*document), identity.genesis, kMostBytes);
      !read.ok())
    return Fault{"genesis_invalid", path(directory, kGenesis) + ": " + read.fault().text};
  const auto annex_text = store::read_file(*files, path(directory, kAnnexKey), 1024);
  if (!annex_text.ok())
    return Fault{"annex_key_missing", "Cannot read " + path(directory, kAnnexKey) +
                                          ": copy it from the operator who gave you the genesis. " +
                                          annex_text.fault().text};
  const auto annex_bytes = from_hex(trimmed(*annex_text));
  const auto annex = annex_bytes ? to_array<32>(*annex_bytes) : std::nullopt;
  if (!annex)
    return Fault{"annex_key_wrong", path(directory, kAnnexKey) + " is not 64 hexadecimal digits."};
  identity.annex_key = *annex;
  return identity;
}

Result<Identity> read_identity(const std::string& directory, const std::string& password_file) {
  auto known = read_public_identity(directory);
  if (!known.ok()) return known.fault();
  const std::string secret = password_file.empty() ? path(directory, kPassword) : password_file;
  const auto password = crypto::read_password(secret);
  if (!password.ok()) return password.fault();
  auto keyring =
      crypto::Keyring::open(path(directory, kKeyring), *password, crypto::system_entropy);
  if (!keyring.ok()) return keyring.fault();
  auto validator = keyring->get(kValidator);
  if (!validator.ok()) return validator.fault();
  if (!engine::is_consortium(known->genesis) &&
      known->genesis.validator_key() != view(validator->public_key()))
    return Fault{"validator_differs", "The key in " + path(directory, kKeyring) +
                                          " is not the validator that the genesis names. This "
                                          "directory belongs to another network."};
  return Identity{std::move(*known), *validator};
}

}  // namespace astyq::node
