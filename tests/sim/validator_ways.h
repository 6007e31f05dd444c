// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/book.h"
#include "support/validators_story.h"

// Validators and nodes by what may be done to them. They become as many as there may be, then as
// few, and so on.
namespace astyq::sim {

inline constexpr std::uint64_t kFew = 2;

inline const auto kNoValidator = [](World&, auto& draft) { draft.verb.validator = kNobody; };
inline const auto kNoNode = [](World&, auto& draft) { draft.verb.node = kNobody; };
inline const auto kUnsoundKey = [](World&, auto& draft) {
  draft.verb.public_key = test::unsound_key();
};
inline const auto kForgedPossession = [](World&, auto& draft) {
  draft.verb.possession.front() ^= 1;
};
// One of those that somebody has now.
inline const auto kKeyInUse = [](World& world, auto& draft) {
  const auto any = [](const auto&) { return true; };
  const auto* validator = world.validators.pick(world.dice, any);
  const auto* node = world.nodes.pick(world.dice, any);
  if (validator == nullptr || node == nullptr) return false;
  draft.verb.public_key =
      world.dice.percent(50) ? validator->second.public_key() : node->second.public_key();
  return true;
};

inline crypto::Ed25519Key fresh_key(World& world) {
  return crypto::Ed25519Key(*to_array<32>(world.dice.bytes(32)));
}

// Each stretch of so many new keys is one of growth or of the opposite.
inline bool is_growing(World& world) {
  return world.consensus_keys.all().size() / 224 % 2 == 0;
}

inline std::uint64_t voting(World& world) {
  const auto* totals = world.validator_totals.find(0);
  return totals == nullptr ? 0 : totals->voting();
}
inline std::uint64_t nodes_in(World& world) {
  const auto* totals = world.validator_totals.find(0);
  return totals == nullptr ? 0 : totals->nodes();
}

inline std::uint32_t some_quota_bytes(World& world) {
  const Rules& rules = world.rules();
  return static_cast<std::uint32_t>(
      world.dice.between(rules.max_transaction_bytes() + 1'024, rules.max_block_bytes()));
}
inline std::uint32_t wrong_quota_bytes(World& world) {
  const Rules& rules = world.rules();
  return world.dice.percent(50) ? rules.max_transaction_bytes() + 1'023
                                : rules.max_block_bytes() + 1;
}

// One that has a vote, or one whose vote has ended; the draft is its operator's, who may act.
template <typename AnyDraft>
bool some_validator(World& world, AnyDraft& draft, bool votes) {
  const auto* found = world.validators.pick(world.dice, [&](const authority::v1::Validator& row) {
    return (row.power() > 0) == votes && !world.is_frozen(row.operator_());
  });
  if (found == nullptr) return false;
  draft.party = found->second.operator_();
  draft.verb.validator = found->first.first;
  return true;
}

// One that has voted for a later protocol version; likewise.
template <typename AnyDraft>
bool some_version_voter(World& world, AnyDraft& draft) {
  const auto* vote = world.version_votes.pick(world.dice, [](const auto&) { return true; });
  if (vote == nullptr) return false;
  draft.verb.validator = vote->first.first;
  draft.party = world.validators.find(draft.verb.validator)->operator_();
  return !world.is_frozen(draft.party);
}

// One that brings bundles, or one that was removed.
template <typename AnyDraft>
bool some_node(World& world, AnyDraft& draft, bool serves) {
  const auto* found = world.nodes.pick(world.dice, [&](const authority::v1::Node& row) {
    return (row.quota_bytes() > 0) == serves && !world.is_frozen(row.operator_());
  });
  if (found == nullptr) return false;
  draft.party = found->second.operator_();
  draft.verb.node = found->first.first;
  return true;
}

// The same for what an authority does to it.
template <typename AnyDraft>
bool some_validator_of_others(World& world, AnyDraft& draft, bool votes) {
  if (!some_validator(world, draft, votes)) return false;
  draft.party = world.granted("authority.validators");
  return true;
}
template <typename AnyDraft>
bool some_node_of_others(World& world, AnyDraft& draft, bool serves) {
  if (!some_node(world, draft, serves)) return false;
  draft.party = world.granted("authority.nodes");
  return true;
}

}  // namespace astyq::sim
