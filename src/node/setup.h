// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "crypto/ed25519.h"
#include "engine/engine.h"

// The files that make a directory a node's own:
//   genesis.json       the first state, the same for every node of the network
//   annex.key          hex of the key that blinds restricted parts; mode 0600
//   validator.keyring  the key that signs headers, encrypted; mode 0600
//   node.password      opens the keyring; mode 0600; keep it on another disk where that matters
//   ledger/            log and image, see store/data_directory.h
namespace astyq::node {

struct Identity {
  ledger::v1::Genesis genesis;
  engine::AnnexKey annex_key{};
  crypto::Ed25519Key validator;
};

// Whether a network was begun in this directory.
bool has_network(const std::string& directory);

// Makes annex key, validator key and password, completes the document with them and the time, and
// writes all files. Faults: `network_exists`, `genesis_taken`, `genesis_invalid`, `file_failed`.
Status begin_network(const std::string& directory, ledger::v1::Genesis genesis);

// Faults: `genesis_missing`, `genesis_invalid`, `annex_key_missing`, `annex_key_wrong`,
// `validator_differs` when the key is not the one that the genesis names, those of the keyring.
Result<Identity> read_identity(const std::string& directory);

}  // namespace astyq::node
