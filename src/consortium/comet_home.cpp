// SPDX-License-Identifier: Apache-2.0
#include "consortium/comet_home.h"

#include <algorithm>
#include <boost/json.hpp>

#include "consortium/comet_genesis.h"
#include "wire/block_header.h"

namespace astyq::consortium {
namespace {

namespace json = boost::json;

using Seed = crypto::Ed25519Key::Seed;

// Go's private key is the seed with the public key behind it.
std::string private_key_text(const Seed& seed) {
  return base64(Bytes(view(seed)) + Bytes(view(crypto::Ed25519Key(seed).public_key())));
}

std::string upper(std::string hex) {
  std::ranges::transform(hex, hex.begin(),
                         [](char c) { return c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c; });
  return hex;
}

std::string validator_key_file(const Seed& seed) {
  const auto public_key = crypto::Ed25519Key(seed).public_key();
  return json::serialize(json::object{
             {"address", upper(to_hex(view(wire::validator_address(view(public_key)))))},
             {"pub_key",
              {{"type", "tendermint/PubKeyEd25519"}, {"value", base64(view(public_key))}}},
             {"priv_key",
              {{"type", "tendermint/PrivKeyEd25519"}, {"value", private_key_text(seed)}}}}) +
         "\n";
}

std::string node_key_file(const Seed& seed) {
  return json::serialize(json::object{
             {"priv_key",
              {{"type", "tendermint/PrivKeyEd25519"}, {"value", private_key_text(seed)}}}}) +
         "\n";
}

constexpr const char* kNoVoteYet = "{\"height\":\"0\",\"round\":0,\"step\":0}\n";

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : ",") + part;
  return out;
}

// CometBFT's defaults stand for public networks of many; a consortium is few and near. Each value
// that is not the default has its reason beside it.
std::string config_file(const CometHome& home) {
  const std::string local = home.local ? "true" : "false";
  const std::string strict = home.local ? "false" : "true";
  return "# CometBFT v0.38 to v0.40, for a node of an Astyq consortium.\n"
         "proxy_app = \"" +
         home.abci_address +
         "\"\n"
         "moniker = \"" +
         home.moniker +
         "\"\n"
         "abci = \"socket\"\n"
         "db_backend = \"goleveldb\"\n"
         "log_level = \"info\"\n"
         "\n[rpc]\n"
         "laddr = \"" +
         home.rpc_address +
         "\"  # never to be reached from outside\n"
         "max_body_bytes = 2000000  # a bundle may hold one transaction of 256 KiB\n"
         "\n[p2p]\n"
         "laddr = \"" +
         home.p2p_address +
         "\"\n"
         "persistent_peers = \"" +
         joined(home.peers) +
         "\"\n"
         "pex = false  # members know each other; nobody is told of others\n"
         "addr_book_strict = " +
         strict +
         "\n"
         "allow_duplicate_ip = " +
         local +
         "\n"
         "send_rate = 200000000  # the default, 5 MB/s, is less than a block in its time\n"
         "recv_rate = 200000000\n"
         "max_packet_msg_payload_size = 65536\n"
         "flush_throttle_timeout = \"10ms\"\n"
         "\n[mempool]\n"
         "type = \"flood\"\n"
         "size = 2000  # of bundles\n"
         "max_txs_bytes = 67108864\n"
         "max_tx_bytes = 300000\n"
         "cache_size = 20000\n"
         "\n[statesync]\n"
         "enable = false\n"
         "\n[consensus]\n"
         "timeout_propose = \"1s\"\n"
         "timeout_commit = \"200ms\"\n"
         "skip_timeout_commit = true  # all are near: whoever has all votes goes on\n"
         "peer_gossip_sleep_duration = \"10ms\"\n"
         "\n[storage]\n"
         "discard_abci_responses = true  # the node has its own index\n"
         "\n[tx_index]\n"
         "indexer = \"null\"\n"
         "\n[instrumentation]\n"
         "prometheus = false\n";
}

}  // namespace

std::string comet_node_id(const crypto::Ed25519Key& node) {
  return to_hex(view(wire::validator_address(view(node.public_key()))));
}

Status write_comet_home(store::FileSystem& files, const std::string& directory,
                        const CometHome& home, const crypto::Ed25519Key::Seed& validator,
                        const crypto::Ed25519Key::Seed& node) {
  const std::string config = directory + "/config";
  const std::string data = directory + "/data";
  for (const std::string& made : {directory, config, data})
    if (Status status = files.create_directory(made); !status.ok()) return status;
  const auto there = files.exists(config + "/config.toml");
  if (!there.ok()) return there.fault();
  if (*there)
    return Fault{"engine_home_exists",
                 directory + " holds a configuration of CometBFT already. Choose another one."};
  struct File {
    const std::string& folder;
    const char* name;
    std::string text;
  };
  for (const File& file : {File{config, "genesis.json", home.genesis},
                           File{config, "node_key.json", node_key_file(node)},
                           File{config, "priv_validator_key.json", validator_key_file(validator)},
                           File{data, "priv_validator_state.json", kNoVoteYet},
                           File{config, "config.toml", config_file(home)}})
    if (Status written = store::replace_file(files, file.folder, file.name, file.text);
        !written.ok())
      return written;
  return Done{};
}

}  // namespace astyq::consortium
