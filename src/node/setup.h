// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "crypto/ed25519.h"
#include "engine/engine.h"
#include "store/file_system.h"

// The files that make a directory a node's own:
//   genesis.json       the first state, the same for every node of the network
//   annex.key          hex of the key that blinds restricted parts; mode 0600
//   validator.keyring  the key that signs headers, or a consortium node's bundles, encrypted; mode
//                      0600
//   node.password      opens the keyring; mode 0600; may stand elsewhere: --password-file
//   node.toml          the configuration, where there is one
//   last-backup        when the last backup was taken, for `astyqd status`
//   last-scrub         when the disk was last read for decay, and what was found
//   reader.token       whoever has it reads restricted parts; mode 0600
//   transactions/      the index of what came of each transaction
//   going-back         while a rollback is not ended, see going_back.h
//   origin/            of a fork: genesis and log of the networks before it, see fork.h
//   ledger/            log and image, see store/data_directory.h
//   LOCK               locked by the process that makes the others, then by the node that runs
namespace astyq::node {

// What a replay needs.
struct PublicIdentity {
  ledger::v1::Genesis genesis;
  engine::AnnexKey annex_key{};
};
struct Identity : PublicIdentity {
  crypto::Ed25519Key key;  // signs the headers of an embedded node, the bundles of any other
};

// A node's directory, held by this process until destroyed.
class Directory {
 public:
  // Makes it where it is missing. Faults: `data_directory_locked`, `file_failed`.
  static Result<Directory> hold(std::string path);
  const std::string& path() const { return path_; }

 private:
  explicit Directory(std::string path) : path_(std::move(path)) {}

  std::string path_;
  std::unique_ptr<store::FileSystem> files_ = store::posix_file_system();
  std::unique_ptr<store::FileLock> lock_;
};

// Whether a network was begun in this directory. Faults: `file_failed`.
Result<bool> has_network(const std::string& directory);

// That a network was begun there. Faults: `genesis_missing`, `file_failed`.
Status check_begun(const std::string& directory);

// Makes annex key, validator key and password, completes the document with them and the time, and
// writes all files. Faults: `network_exists`, `genesis_taken`, `genesis_invalid`, `file_failed`.
Status begin_network(const Directory& directory, ledger::v1::Genesis genesis);
// Holds the directory meanwhile. Further faults: `data_directory_locked`.
Status begin_network(const std::string& directory, ledger::v1::Genesis genesis);

// Of a consortium's node, whose genesis names keys of several: first makes this one's key and its
// password, and returns it; once the document is complete, writes it and the annex key
// that all full nodes have. Faults: `network_exists`; `file_failed`, those of the keyring;
// `genesis_invalid`, `annex_key_wrong` when the document names another.
Result<crypto::Ed25519Key> make_node_key(const Directory& held);
Status join_network(const Directory& held, const ledger::v1::Genesis& genesis,
                    const engine::AnnexKey& annex_key);

// `password_file`: what opens the keyring, where it is not the directory's own node.password.
// Faults: `genesis_missing`, `genesis_invalid`, `annex_key_missing`, `annex_key_wrong`,
// `password_missing`, `validator_differs` when an embedded network's genesis names another key,
// those of the keyring.
Result<Identity> read_identity(const std::string& directory, const std::string& password_file = "");
// What read_identity reads but for the validator's key, which needs the password.
Result<PublicIdentity> read_public_identity(const std::string& directory);

}  // namespace astyq::node
