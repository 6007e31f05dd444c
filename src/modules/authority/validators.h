// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "astyq/authority/v1/state.pb.h"
#include "ledger/view.h"
#include "wire/block_header.h"

// Who signs blocks, and who bundles of transactions, and under which keys. Where one node makes all
// blocks the register is kept as well and has no effect, so that a consortium can begin with it.
namespace astyq::authority {

inline constexpr std::uint32_t kMostVotingValidators = 100;
// 100 times this is far below what CometBFT can add up, 2^60.
inline constexpr std::uint64_t kMostPower = 1'000'000;
// What a bundle holds beside its transactions, at most: type, node and signature.
inline constexpr std::uint32_t kBundleFrameBytes = 1'024;

// Whether a quota has room for a bundle of the largest transaction and a block for the quota.
bool is_quota(std::uint32_t quota_bytes, const Rules& rules);
bool is_power(std::uint64_t power);

// Whether no validator and no node has or had this key.
bool consensus_key_is_unused(const View& view, BytesView public_key);
// How many vote, and how many nodes there are.
v1::ValidatorTotals validator_totals(const View& view);

// A new validator with a vote, or a new node; returns its number. Nobody is asked to show that the
// key is held, so that a genesis can begin with some. Requires: operator, an existing party, name,
// sound and unused key, and power or quota in their bounds, and nothing else set; fewer voting
// validators than kMostVotingValidators.
std::uint64_t add_validator(View& view, const v1::Validator& validator);
std::uint64_t add_node(View& view, const v1::Node& node);

// The vote ends for good. Requires: it votes and is not the only one.
void end_validator(View& view, std::uint64_t validator, v1::ValidatorEnd end);
// Requires: it votes, and the key is sound and unused. The former key never returns.
void replace_validator_key(View& view, std::uint64_t validator, const Bytes& public_key);
// The same of a node that was not removed.
void replace_node_key(View& view, std::uint64_t node, const Bytes& public_key);

// With its present key and quota; nothing when there is no such node, or it was removed.
std::optional<v1::Node> find_node(const View& view, std::uint64_t node);

// The number of the node that has this key now; 0 where none has.
std::uint64_t node_with_key(const View& view, BytesView public_key);

// Consensus has proof that whoever has or had the key of this address signed two blocks of this
// height. Raises an alarm and takes the validator's vote, but for the last one's, without which no
// block would be made. Nothing happens for the same height again, or when the vote was taken for
// that. An address that is no validator's raises an alarm alone: the register and those who sign
// then differ, and somebody must find out why.
void double_signed(View& view, const wire::ValidatorAddress& address, std::uint64_t height);

// What CometBFT is told of a validator: power 0 removes the key.
struct ValidatorUpdate {
  Bytes public_key;
  std::uint64_t power = 0;

  bool operator==(const ValidatorUpdate&) const = default;
};
// What a block changed of the voting keys, each key once: by number, a replaced key before its
// successor. `before` and `after` are the block's undo and changes. Requires: the same keys in
// both.
std::vector<ValidatorUpdate> validator_updates(const store::Changes& before,
                                               const store::Changes& after);
// All that vote, by number.
std::vector<ValidatorUpdate> voting_validators(const View& view);

}  // namespace astyq::authority
