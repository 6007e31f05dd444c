// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

// A consortium on this machine alone, over the demonstration's genesis: for tests, for teaching,
// and for whoever wants to see one fail and heal. A directory holds it:
//   network.json    who there is and where each listens
//   node-1/data     the ledger's node, see node/setup.h; node.toml names its addresses
//   node-1/comet    CometBFT's home, see consortium/comet_home.h
//   node-1/*.log    what the two programs said
//   node-1/*.pid    which processes they are, see process.h
namespace astyq::localnet {

struct Member {
  std::string name;       // node-1
  std::string directory;  // of the network, with the name behind it
  std::uint16_t api_port = 0;
  std::uint16_t rpc_port = 0;  // of CometBFT
  std::uint16_t p2p_port = 0;  // of CometBFT

  std::string api_url() const;
  std::string rpc_url() const;
  std::string data() const { return directory + "/data"; }
  std::string comet() const { return directory + "/comet"; }
};

struct Network {
  std::string directory;  // absolute
  std::string network_id;
  std::vector<Member> members;
};

struct Plan {
  std::string directory;
  std::size_t validators = 4;
  std::uint16_t first_port = 0;  // three for each validator, one after the other
};

inline constexpr std::size_t kMostValidators = 32;

// Makes keys, genesis and configurations. Nothing listens outside of loopback. Faults: `net_exists`
// when the directory holds anything, `net_path_too_long` when a socket could not be in it,
// `option_wrong` for a plan that cannot be, those of node/setup.h and consortium/comet_home.h.
Result<Network> make_network(const Plan& plan);

// Faults: `net_missing` when the directory holds none, `net_malformed`.
Result<Network> read_network(const std::string& directory);

}  // namespace astyq::localnet
