// SPDX-License-Identifier: Apache-2.0
#include "modules/authority/validators.h"

#include <algorithm>

#include "authority/state.gen.h"
#include "crypto/ed25519.h"
#include "crypto/sha256.h"
#include "ledger/alarm.h"
#include "modules/authority/upgrades.h"
#include "modules/identity/identity.h"

namespace astyq::authority {
namespace {

void take_key(View& view, const Bytes& public_key, const v1::ConsensusKey& owner) {
  ASTYQ_CHECK(crypto::ed25519_is_sound_key(public_key));
  ASTYQ_CHECK(consensus_key_is_unused(view, public_key));
  view.put(kConsensusKeys(crypto::sha256(public_key)), owner);
}

v1::ConsensusKey of_validator(std::uint64_t validator) {
  v1::ConsensusKey owner;
  owner.set_validator(validator);
  return owner;
}

v1::ConsensusKey of_node(std::uint64_t node) {
  v1::ConsensusKey owner;
  owner.set_node(node);
  return owner;
}

// The validator that has or had a key of this address; 0: none.
std::uint64_t validator_of(const View& view, const wire::ValidatorAddress& address) {
  Hash lowest{};
  std::copy(address.begin(), address.end(), lowest.begin());
  const auto found = view.first_from(kConsensusKeys, kConsensusKeys(lowest));
  if (!found) return 0;
  const Hash& digest = std::get<0>(*found);
  if (!std::equal(address.begin(), address.end(), digest.begin())) return 0;
  return view.require(kConsensusKeys(digest)).validator();
}

}  // namespace

bool is_quota(std::uint32_t quota_bytes, const Rules& rules) {
  return quota_bytes <= rules.max_block_bytes() &&
         quota_bytes >= std::uint64_t{rules.max_transaction_bytes()} + kBundleFrameBytes;
}

bool is_power(std::uint64_t power) {
  return power > 0 && power <= kMostPower;
}

bool consensus_key_is_unused(const View& view, BytesView public_key) {
  return !view.exists(kConsensusKeys(crypto::sha256(public_key)));
}

v1::ValidatorTotals validator_totals(const View& view) {
  return view.get(kValidatorTotals(0)).value_or(v1::ValidatorTotals());
}

std::uint64_t add_validator(View& view, const v1::Validator& validator) {
  v1::ValidatorTotals totals = validator_totals(view);
  ASTYQ_CHECK(identity::exists(view, validator.operator_()) && !validator.name().empty());
  ASTYQ_CHECK(is_power(validator.power()) && validator.end() == v1::NO_END);
  ASTYQ_CHECK(totals.voting() < kMostVotingValidators);
  const std::uint64_t id = view.add(kValidators, validator);
  take_key(view, validator.public_key(), of_validator(id));
  totals.set_voting(totals.voting() + 1);
  totals.set_power(totals.power() + validator.power());
  view.put(kValidatorTotals(0), totals);
  return id;
}

std::uint64_t add_node(View& view, const v1::Node& node) {
  ASTYQ_CHECK(identity::exists(view, node.operator_()) && !node.name().empty());
  ASTYQ_CHECK(is_quota(node.quota_bytes(), view.rules()));
  const std::uint64_t id = view.add(kNodes, node);
  take_key(view, node.public_key(), of_node(id));
  v1::ValidatorTotals totals = validator_totals(view);
  totals.set_nodes(totals.nodes() + 1);
  view.put(kValidatorTotals(0), totals);
  return id;
}

void end_validator(View& view, std::uint64_t validator, v1::ValidatorEnd end) {
  v1::Validator row = view.require(kValidators(validator));
  v1::ValidatorTotals totals = validator_totals(view);
  ASTYQ_CHECK(row.power() > 0 && end != v1::NO_END);
  ASTYQ_CHECK(totals.voting() > 1 && totals.power() > row.power());
  totals.set_voting(totals.voting() - 1);
  totals.set_power(totals.power() - row.power());
  view.put(kValidatorTotals(0), totals);
  row.set_power(0);
  row.set_end(end);
  row.set_ended_at_height(view.time().height);
  view.put(kValidators(validator), row);
  drop_version_vote(view, validator);
}

void replace_validator_key(View& view, std::uint64_t validator, const Bytes& public_key) {
  v1::Validator row = view.require(kValidators(validator));
  ASTYQ_CHECK(row.power() > 0);
  take_key(view, public_key, of_validator(validator));
  row.set_public_key(public_key);
  view.put(kValidators(validator), row);
}

void replace_node_key(View& view, std::uint64_t node, const Bytes& public_key) {
  v1::Node row = view.require(kNodes(node));
  ASTYQ_CHECK(row.quota_bytes() > 0);
  take_key(view, public_key, of_node(node));
  row.set_public_key(public_key);
  view.put(kNodes(node), row);
}

std::uint64_t node_with_key(const View& view, BytesView public_key) {
  const auto owner = view.get(kConsensusKeys(crypto::sha256(public_key)));
  if (!owner || owner->node() == 0) return 0;
  const auto node = find_node(view, owner->node());
  return node && node->public_key() == public_key ? owner->node() : 0;
}

std::optional<v1::Node> find_node(const View& view, std::uint64_t node) {
  auto row = view.get(kNodes(node));
  if (row && row->quota_bytes() == 0) row.reset();
  return row;
}

void double_signed(View& view, const wire::ValidatorAddress& address, std::uint64_t height) {
  const std::uint64_t validator = validator_of(view, address);
  if (validator != 0) {
    v1::Validator row = view.require(kValidators(validator));
    if (row.end() == v1::DOUBLE_SIGNED || row.double_signed_at_height() == height) return;
    row.set_double_signed_at_height(height);
    view.put(kValidators(validator), row);
    if (row.power() > 0 && validator_totals(view).voting() > 1)
      end_validator(view, validator, v1::DOUBLE_SIGNED);
  }
  ledger::v1::Alarm alarm;
  alarm.set_subject(validator);
  alarm.set_double_signer(Bytes(astyq::view(address)));
  alarm.set_double_signed_at_height(height);
  raise_alarm(view, alarm);
}

std::vector<ValidatorUpdate> validator_updates(const store::Changes& before,
                                               const store::Changes& after) {
  ASTYQ_CHECK(before.size() == after.size());
  std::vector<ValidatorUpdate> updates;
  for (std::size_t i = 0; i < after.size(); ++i) {
    ASTYQ_CHECK(before[i].key == after[i].key);
    if (after[i].key.type() != kValidators.type) continue;
    ASTYQ_CHECK(after[i].row.has_value());
    const auto now = decode_row<v1::Validator>(*after[i].row);
    const auto former = before[i].row ? decode_row<v1::Validator>(*before[i].row) : v1::Validator();
    const bool is_same_key = former.public_key() == now.public_key();
    if (!is_same_key && former.power() > 0) updates.push_back({former.public_key(), 0});
    const std::uint64_t told = is_same_key ? former.power() : 0;
    if (now.power() != told) updates.push_back({now.public_key(), now.power()});
  }
  return updates;
}

std::vector<ValidatorUpdate> voting_validators(const View& view) {
  std::vector<ValidatorUpdate> voting;
  std::uint64_t next = 1;
  while (const auto found = view.first_from(kValidators, kValidators(next))) {
    next = std::get<0>(*found) + 1;
    const v1::Validator row = view.require(kValidators(next - 1));
    if (row.power() > 0) voting.push_back({row.public_key(), row.power()});
  }
  ASTYQ_CHECK(voting.size() == validator_totals(view).voting());
  return voting;
}

}  // namespace astyq::authority
