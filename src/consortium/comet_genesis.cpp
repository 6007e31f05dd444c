// SPDX-License-Identifier: Apache-2.0
#include "consortium/comet_genesis.h"

#include <sodium.h>

#include <algorithm>
#include <boost/json.hpp>
#include <ctime>
#include <map>

#include "crypto/sha256.h"
#include "wire/block_header.h"
#include "wire/json.h"

namespace astyq::consortium {
namespace {

namespace json = boost::json;

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kDayNs = 86'400 * kSecondNs;
// What a block holds beside the bundles' members.
constexpr std::uint64_t kBlockFrameBytes = 1u << 20;
constexpr std::uint64_t kEvidenceBytes = 1u << 20;
constexpr std::int64_t kEvidenceDays = 21;
constexpr std::uint64_t kEvidenceBlocks = 100'000;

std::string upper_hex(BytesView bytes) {
  std::string hex = to_hex(bytes);
  std::ranges::transform(hex, hex.begin(),
                         [](char c) { return c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c; });
  return hex;
}

std::string app_state(const ledger::v1::Genesis& genesis) {
  return json::serialize(
      json::object{{"astyq_genesis_sha256", to_hex(view(crypto::sha256(wire::to_json(genesis))))}});
}

// CometBFT gives its first block the time of its genesis, and a block's time is after that of the
// state before it.
std::int64_t first_time_ns(const ledger::v1::Genesis& genesis) {
  return genesis.time_ns() + 1;
}

std::int64_t initial_height(const ledger::v1::Genesis& genesis) {
  return static_cast<std::int64_t>(genesis.origin().height()) + 1;
}

json::object consensus_params(const ledger::v1::Genesis& genesis) {
  const std::uint64_t most_bytes = genesis.rules().max_block_bytes() + kBlockFrameBytes;
  return {{"block", {{"max_bytes", std::to_string(most_bytes)}, {"max_gas", "-1"}}},
          {"evidence",
           {{"max_age_num_blocks", std::to_string(kEvidenceBlocks)},
            {"max_age_duration", std::to_string(kEvidenceDays * kDayNs)},
            {"max_bytes", std::to_string(kEvidenceBytes)}}},
          {"validator", {{"pub_key_types", {"ed25519"}}}},
          {"version", {{"app", std::to_string(genesis.rules().protocol_version())}}},
          {"abci", {{"vote_extensions_enable_height", "0"}}}};
}

Fault differs(const std::string& what) {
  return {"engine_genesis_differs",
          "CometBFT's genesis.json is not the one that belongs to this node's genesis: " + what +
              " differs. Take both from the same source; `astyq net init` writes them together."};
}

}  // namespace

std::string base64(BytesView bytes) {
  constexpr int kVariant = sodium_base64_VARIANT_ORIGINAL;
  std::string text(sodium_base64_encoded_len(bytes.size(), kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), kVariant);
  text.pop_back();  // the end mark
  return text;
}

std::string rfc3339(std::int64_t time_ns) {
  const std::time_t seconds = time_ns / kSecondNs;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[48];
  const std::size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
  std::string nanos = std::to_string(time_ns % kSecondNs);
  nanos.insert(0, 9 - nanos.size(), '0');
  return std::string(text, size) + "." + nanos + "Z";
}

std::string comet_genesis(const ledger::v1::Genesis& genesis, const Hash& root) {
  json::array validators;
  for (const auto& validator : genesis.validators())
    validators.push_back(json::object{
        {"address", upper_hex(view(wire::validator_address(validator.key())))},
        {"pub_key", {{"type", "tendermint/PubKeyEd25519"}, {"value", base64(validator.key())}}},
        {"power", std::to_string(validator.power())},
        {"name", validator.name()}});
  return json::serialize(json::object{{"genesis_time", rfc3339(first_time_ns(genesis))},
                                      {"chain_id", genesis.network_id()},
                                      {"initial_height", std::to_string(initial_height(genesis))},
                                      {"consensus_params", consensus_params(genesis)},
                                      {"validators", std::move(validators)},
                                      {"app_hash", upper_hex(view(root))},
                                      {"app_state", json::parse(app_state(genesis))}}) +
         "\n";
}

Status check_same_genesis(const abci::v1::RequestInitChain& request,
                          const ledger::v1::Genesis& genesis) {
  if (request.chain_id() != genesis.network_id()) return differs("the network's name");
  if (wire::time_ns_of(request.time()) != first_time_ns(genesis)) return differs("the time");
  if (request.initial_height() != initial_height(genesis)) return differs("the first height");
  std::map<Bytes, std::int64_t> named;
  for (const auto& validator : request.validators())
    named[validator.pub_key().ed25519()] += validator.power();
  std::map<Bytes, std::int64_t> ours;
  for (const auto& validator : genesis.validators()) ours[validator.key()] = validator.power();
  if (named != ours) return differs("the set of validators");
  json::error_code error;
  const json::value state = json::parse(request.app_state_bytes(), error);
  if (error || json::serialize(state) != app_state(genesis))
    return differs("the digest of the genesis document");
  return Done{};
}

}  // namespace astyq::consortium
