// SPDX-License-Identifier: Apache-2.0
#include "engine/genesis.h"

#include <set>

#include "crypto/ed25519.h"
#include "crypto/sha256.h"
#include "engine/engine.h"
#include "ledger/permission.h"
#include "ledger/rules.h"
#include "ledger/state.gen.h"
#include "modules/authority/authority.h"
#include "modules/authority/validators.h"
#include "modules/identity/identity.h"

namespace astyq::engine {
namespace {

using ledger::v1::FirstAuthority;
using ledger::v1::FirstValidator;
using ledger::v1::Genesis;

identity::v1::NewKey first_key(const Bytes& public_key) {
  identity::v1::NewKey key;
  key.set_kind(public_key.size() == 32 ? identity::v1::ED25519 : identity::v1::P256);
  key.set_public_key(public_key);
  return key;
}

std::string authority_problem(const FirstAuthority& authority, const Rules& rules,
                              std::set<std::string>& used) {
  if (authority.name().empty()) return "an authority has no name";
  if (!identity::is_valid_bin(authority.bin())) return authority.name() + " has no valid BIN";
  if (!used.insert(authority.bin()).second)
    return "the BIN of " + authority.name() + " is used twice";
  if (authority.threshold() == 0 ||
      authority.threshold() > static_cast<std::uint32_t>(authority.public_keys_size()))
    return "the threshold of " + authority.name() + " is not between 1 and its number of keys";
  if (static_cast<std::uint32_t>(authority.public_keys_size()) > rules.max_keys_per_party())
    return authority.name() + " has more keys than the rules allow a party";
  for (const Bytes& key : authority.public_keys()) {
    if (!identity::is_well_formed(first_key(key))) return authority.name() + " has a malformed key";
    if (!used.insert(key).second) return authority.name() + " has a key that is used twice";
  }
  std::set<std::string> permissions;
  for (const std::string& permission : authority.permissions())
    if (!is_permission(permission_id(permission)) || !permissions.insert(permission).second)
      return authority.name() + " has an unknown or repeated permission '" + permission + "'";
  return "";
}

constexpr std::uint32_t kMostTrustingDays = 3'660;

bool is_authority(const Genesis& genesis, std::uint64_t party) {
  return party >= 1 && party <= static_cast<std::uint64_t>(genesis.authorities_size());
}

std::string nodes_problem(const Genesis& genesis) {
  if (!is_consortium(genesis))
    return genesis.nodes_size() == 0 ? "" : "nodes are of a network with validators";
  std::set<std::string> keys;
  for (const FirstValidator& validator : genesis.validators()) {
    if (!is_authority(genesis, validator.operator_party()))
      return "the operator of validator " + validator.name() + " is none of the authorities";
    keys.insert(validator.key());
  }
  for (const ledger::v1::FirstNode& node : genesis.nodes()) {
    if (node.name().empty()) return "a node has no name";
    if (!crypto::ed25519_is_sound_key(node.key()))
      return "node " + node.name() + " has no key of Ed25519";
    if (!keys.insert(node.key()).second) return "node " + node.name() + " has the key of another";
    if (!is_authority(genesis, node.operator_party()))
      return "the operator of node " + node.name() + " is none of the authorities";
    if (!authority::is_quota(node.quota_bytes(), genesis.rules()))
      return "the quota of node " + node.name() +
             " has no room for a bundle, or is larger than a block";
  }
  return "";
}

void write_registry(View& view, const Genesis& genesis) {
  for (const FirstValidator& first : genesis.validators()) {
    authority::v1::Validator validator;
    validator.set_operator_(first.operator_party());
    validator.set_name(first.name());
    validator.set_public_key(first.key());
    validator.set_power(static_cast<std::uint64_t>(first.power()));
    authority::add_validator(view, validator);
  }
  for (const ledger::v1::FirstNode& first : genesis.nodes()) {
    authority::v1::Node node;
    node.set_operator_(first.operator_party());
    node.set_name(first.name());
    node.set_public_key(first.key());
    node.set_quota_bytes(first.quota_bytes());
    authority::add_node(view, node);
  }
}

}  // namespace

bool is_consortium(const Genesis& genesis) {
  return genesis.validators_size() > 0;
}

Rules default_rules() {
  Rules rules;
  rules.set_protocol_version(kProtocolVersion);
  rules.set_max_transaction_bytes(256 * 1024);
  rules.set_max_operations_per_transaction(1'000);
  rules.set_max_members_per_block(20'000);
  rules.set_max_operations_per_block(50'000);
  rules.set_short_window_s(kLongestShortWindowS);
  rules.set_id_kept_s(120);
  rules.set_max_id_leaves_removed_per_block(64);
  rules.set_outage_step_s(600);
  rules.set_max_jobs_per_block(1'000);
  rules.set_offer_days(3);
  rules.set_max_parts(100);
  rules.set_max_keys_per_party(16);
  rules.set_max_bins_per_elevator(500);
  rules.set_max_block_bytes(8 * 1024 * 1024);
  rules.set_max_rows_per_block(200'000);
  rules.set_upgrade_notice_blocks(14 * 86'400);  // 14 days at a block a second
  return rules;
}

std::string validators_problem(const Genesis& genesis) {
  if (genesis.validators_size() == 0 && genesis.validator_key().size() != 32)
    return "validator_key must have 32 bytes";
  if (genesis.validators_size() == 0)
    return genesis.trusting_days() == 0 ? "" : "trusting_days is of a network with validators";
  if (!genesis.validator_key().empty())
    return "either validator_key is set or validators are, not both";
  if (static_cast<std::uint32_t>(genesis.validators_size()) > authority::kMostVotingValidators)
    return "it has more than " + std::to_string(authority::kMostVotingValidators) + " validators";
  if (genesis.trusting_days() == 0 || genesis.trusting_days() > kMostTrustingDays)
    return "trusting_days must be 1 to " + std::to_string(kMostTrustingDays);
  std::set<std::string> keys;
  for (const FirstValidator& validator : genesis.validators()) {
    if (validator.name().empty()) return "a validator has no name";
    if (!crypto::ed25519_is_sound_key(validator.key()))
      return "validator " + validator.name() + " has no key of Ed25519";
    if (!keys.insert(validator.key()).second)
      return "validator " + validator.name() + " has the key of another";
    if (validator.power() < 1 ||
        !authority::is_power(static_cast<std::uint64_t>(validator.power())))
      return "the power of validator " + validator.name() + " is not between 1 and " +
             std::to_string(authority::kMostPower);
  }
  return "";
}

std::string genesis_problem(const Genesis& genesis) {
  if (genesis.network_id().empty() || genesis.network_id().size() > 50)
    return "network_id must have 1 to 50 bytes";
  if (genesis.time_ns() <= 0) return "time_ns must be after 1970";
  if (genesis.annex_digest().size() != 32) return "annex_digest must have 32 bytes";
  if (const std::string problem = validators_problem(genesis); !problem.empty()) return problem;
  if (genesis.has_origin() &&
      (genesis.origin().network_id().empty() || genesis.origin().height() == 0 ||
       genesis.origin().app_hash().size() != 32))
    return "its origin does not name a network, a height and a root";
  if (genesis.origin().network_id() == genesis.network_id())
    return "a fork must have another network_id than the network it comes from";
  if (genesis.authorities_size() == 0)
    return "at least one authority must exist to register others";
  if (const RulesFinding found = find_problem(genesis.rules()); found.kind != RulesProblem::kNone)
    return found.text;
  std::set<std::string> used;
  for (const FirstAuthority& authority : genesis.authorities())
    if (const std::string problem = authority_problem(authority, genesis.rules(), used);
        !problem.empty())
      return problem;
  return nodes_problem(genesis);
}

void write_genesis(View& view, const Genesis& genesis) {
  ASTYQ_CHECK(genesis_problem(genesis).empty());
  ledger::v1::NetworkRow network;
  *network.mutable_rules() = genesis.rules();
  network.set_last_block_time_ns(genesis.time_ns());
  network.set_annex_digest(genesis.annex_digest());
  view.put(ledger::kNetwork(0), network);
  for (const FirstAuthority& authority : genesis.authorities()) {
    identity::v1::Party party;
    party.set_kind(identity::v1::STATE_BODY);
    party.set_bin(authority.bin());
    party.set_name(authority.name());
    party.set_threshold(authority.threshold());
    std::vector<identity::v1::NewKey> keys;
    for (const Bytes& key : authority.public_keys()) keys.push_back(first_key(key));
    const std::uint64_t id = identity::open_party(view, party, keys);
    for (const std::string& permission : authority.permissions())
      authority::grant(view, id, permission, 0);
  }
  write_registry(view, genesis);
}

Result<Engine> Engine::from_genesis(const Genesis& genesis, const AnnexKey& annex_key,
                                    std::uint32_t known_version) {
  if (const std::string problem = genesis_problem(genesis); !problem.empty())
    return Fault{"genesis_invalid",
                 "The genesis document cannot begin a network: " + problem + "."};
  if (genesis.has_origin())
    return Fault{"genesis_has_origin",
                 "This network goes on from the state of " + genesis.origin().network_id() +
                     " at height " + std::to_string(genesis.origin().height()) +
                     ", which the document does not hold. Restore a backup of this network."};
  store::Tree tree;
  Overlay overlay(tree);
  View view(overlay, genesis.rules(), BlockTime{0, genesis.time_ns(), genesis.time_ns()});
  write_genesis(view, genesis);
  tree.apply(overlay.changes());
  auto begun = from_tree(std::move(tree), genesis.network_id(), annex_key, known_version);
  if (begun.ok())
    if (const Status known = begun->check_version(); !known.ok()) return known.fault();
  return begun;
}

}  // namespace astyq::engine
