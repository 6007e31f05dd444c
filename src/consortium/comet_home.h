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
//   config/node_key.json            the key by which peers know it; mode 0600
//   config/priv_validator_key.json  the key that votes; mode 0600
//   data/priv_validator_state.json  what it voted for last: never to be copied back from a backup

// What others are told of the keys.
struct CometKeys {
  crypto::Ed25519Key::PublicKey validator{};
  Bytes possession;     // see crypto::validator_possession_message
  std::string peer_id;  // ID of ID@HOST:PORT
};

// Makes the directory and both keys. `operator_party`: who answers for the validator, as the ledger
// numbers it. Faults: `engine_home_exists` when there are keys already; `file_failed`.
Result<CometKeys> make_comet_keys(store::FileSystem& files, const std::string& directory,
                                  std::uint64_t operator_party);

struct CometHome {
  std::string moniker;
  std::string abci_address;  // where the ledger's node listens: unix://PATH or tcp://HOST:PORT
  std::string rpc_address;   // tcp://HOST:PORT
  std::string p2p_address;   // tcp://HOST:PORT
  std::vector<std::string> peers;  // ID@HOST:PORT of those that it keeps a connection to
  std::string genesis;             // the document
  bool local = false;              // several may be on one machine, whose addresses no others reach
};

// Writes network and configuration beside the keys. Faults: `engine_keys_missing`,
// `engine_home_exists` when there is a configuration already; `file_failed`.
Status write_comet_home(store::FileSystem& files, const std::string& directory,
                        const CometHome& home);

}  // namespace astyq::consortium
