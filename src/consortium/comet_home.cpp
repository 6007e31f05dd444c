// SPDX-License-Identifier: Apache-2.0
#include "consortium/comet_home.h"

#include <algorithm>
#include <boost/json.hpp>

#include "consortium/comet_genesis.h"
#include "crypto/entropy.h"
#include "crypto/signatures.h"
#include "wire/block_header.h"

namespace astyq::consortium {
namespace {

namespace json = boost::json;

using Seed = crypto::Ed25519Key::Seed;

constexpr const char* kValidatorKey = "priv_validator_key.json";
constexpr const char* kConfig = "config.toml";

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
         "timeout_commit = \"100ms\"  # all are near; blocks come all the time, and each is kept\n"
         "peer_gossip_sleep_duration = \"10ms\"\n"
         "\n[storage]\n"
         "discard_abci_responses = true  # the node has its own index\n"
         "\n[tx_index]\n"
         "indexer = \"null\"\n"
         "\n[instrumentation]\n"
         "prometheus = false\n";
}

// Faults: `file_failed`.
Result<bool> has(store::FileSystem& files, const std::string& directory, const char* name) {
  return files.exists(directory + "/config/" + name);
}

Fault exists(const std::string& what) {
  return {"engine_home_exists", what + " already. Choose another directory for CometBFT."};
}

Seed new_seed() {
  Seed seed{};
  crypto::system_entropy(seed);
  return seed;
}

}  // namespace

Result<CometKeys> make_comet_keys(store::FileSystem& files, const std::string& directory,
                                  std::uint64_t operator_party) {
  const std::string config = directory + "/config";
  const std::string data = directory + "/data";
  for (const std::string& made : {config, data})
    if (Status status = files.create_directory(made); !status.ok()) return status.fault();
  const auto there = has(files, directory, kValidatorKey);
  if (!there.ok()) return there.fault();
  if (*there) return exists(directory + " holds keys of CometBFT");
  const Seed validator = new_seed();
  const Seed peer = new_seed();
  struct File {
    const std::string& folder;
    const char* name;
    std::string text;
  };
  // The validator's key goes last: a directory that has it is complete.
  for (const File& file : {File{data, "priv_validator_state.json", kNoVoteYet},
                           File{config, "node_key.json", node_key_file(peer)},
                           File{config, kValidatorKey, validator_key_file(validator)}})
    if (Status written = store::replace_file(files, file.folder, file.name, file.text);
        !written.ok())
      return written.fault();
  const crypto::Ed25519Key key(validator);
  const auto message = crypto::validator_possession_message(operator_party, view(key.public_key()));
  const crypto::Ed25519Key peer_key(peer);
  return CometKeys{key.public_key(), Bytes(view(key.sign(message))),
                   to_hex(view(wire::validator_address(view(peer_key.public_key()))))};
}

Status write_comet_home(store::FileSystem& files, const std::string& directory,
                        const CometHome& home) {
  const auto keys = has(files, directory, kValidatorKey);
  if (!keys.ok()) return keys.fault();
  if (!*keys)
    return Fault{"engine_keys_missing", "There are no keys of CometBFT in " + directory +
                                            ". Make them with `astyqd member`, or name the "
                                            "directory that has them."};
  const auto there = has(files, directory, kConfig);
  if (!there.ok()) return there.fault();
  if (*there) return exists(directory + " holds a configuration of CometBFT");
  const std::string config = directory + "/config";
  if (Status written = store::replace_file(files, config, "genesis.json", home.genesis);
      !written.ok())
    return written;
  return store::replace_file(files, config, kConfig, config_file(home));
}

}  // namespace astyq::consortium
