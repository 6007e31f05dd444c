// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "crypto/ed25519.h"
#include "store/file_system.h"

namespace astyq::consortium {

// What `--home` of CometBFT holds, for a node of a consortium:
//   config/genesis.json             the network, as comet_genesis() has it
//   config/config.toml              addresses, peers, and how fast blocks come
//   config/node_key.json            the key by which peers know it
//   config/priv_validator_key.json  the key that votes; mode 0600
//   data/priv_validator_state.json  what it voted for last: never to be copied back from a backup
struct CometHome {
  std::string moniker;
  std::string abci_address;  // where the ledger's node listens: unix://PATH or tcp://HOST:PORT
  std::string rpc_address;   // tcp://HOST:PORT
  std::string p2p_address;   // tcp://HOST:PORT
  std::vector<std::string> peers;  // ID@HOST:PORT of those that it keeps a connection to
  std::string genesis;             // the document
  // A peer that is not in `peers` is refused; several on one machine are not.
  bool local = false;
};

// Makes the directory and all files. Faults: `engine_home_exists` when there is a configuration
// already; `file_failed`.
Status write_comet_home(store::FileSystem& files, const std::string& directory,
                        const CometHome& home, const crypto::Ed25519Key::Seed& validator,
                        const crypto::Ed25519Key::Seed& node);

// By which peers know a node with this key: hex of its address.
std::string comet_node_id(const crypto::Ed25519Key& node);

}  // namespace astyq::consortium
