// SPDX-License-Identifier: Apache-2.0
#include "authority/handlers.gen.h"
#include "authority/state.gen.h"
#include "crypto/sha256.h"
#include "ledger/rules.h"
#include "modules/authority/upgrades.h"

namespace astyq::authority {
namespace {

// How much more the rows hold than before.
struct Growth {
  std::int64_t voting = 0;
  std::int64_t power = 0;
  std::int64_t nodes = 0;

  bool operator==(const Growth&) const = default;
};

std::int64_t change(std::uint64_t before, std::uint64_t after) {
  return static_cast<std::int64_t>(after) - static_cast<std::int64_t>(before);
}

// An act is a record: once made it neither changes nor goes.
Refusal check_acts(const Delta& delta) {
  return delta.each(kActs, [](std::uint64_t, const auto& before, const auto&) -> Refusal {
    return before ? Refusal(base::v1::INVARIANT_ACT_CHANGED) : kAccepted;
  });
}

bool has_key_row(const View& view, const Bytes& public_key, const v1::ConsensusKey& owner) {
  const auto row = view.get(kConsensusKeys(crypto::sha256(public_key)));
  return row && row->validator() == owner.validator() && row->node() == owner.node();
}

// A validator has one operator for ever, votes until it has ended and never after, and its key is
// known as its own.
Refusal check_validators(const Delta& delta, const View& view, Growth& growth) {
  return delta.each(kValidators,
                    [&](std::uint64_t id, const auto& before, const auto& after) -> Refusal {
                      if (!after || (after->power() > 0) != (after->end() == v1::NO_END))
                        return base::v1::INVARIANT_VALIDATORS;
                      const v1::Validator was = before ? *before : v1::Validator();
                      if (before && was.operator_() != after->operator_())
                        return base::v1::INVARIANT_VALIDATORS;
                      if (was.end() != v1::NO_END && was.end() != after->end())
                        return base::v1::INVARIANT_VALIDATORS;
                      v1::ConsensusKey owner;
                      owner.set_validator(id);
                      if (was.public_key() != after->public_key() &&
                          !has_key_row(view, after->public_key(), owner))
                        return base::v1::INVARIANT_CONSENSUS_KEY;
                      if (after->power() == 0 && view.exists(kVersionVotes(id)))
                        return base::v1::INVARIANT_UPGRADE;
                      growth.voting += change(was.power() > 0, after->power() > 0);
                      growth.power += change(was.power(), after->power());
                      return kAccepted;
                    });
}

// The same of a node, which has ended when it has no quota.
Refusal check_nodes(const Delta& delta, const View& view, Growth& growth) {
  return delta.each(kNodes,
                    [&](std::uint64_t id, const auto& before, const auto& after) -> Refusal {
                      if (!after) return base::v1::INVARIANT_VALIDATORS;
                      const v1::Node was = before ? *before : v1::Node();
                      if (before && (was.operator_() != after->operator_() ||
                                     (was.quota_bytes() == 0 && after->quota_bytes() > 0)))
                        return base::v1::INVARIANT_VALIDATORS;
                      v1::ConsensusKey owner;
                      owner.set_node(id);
                      if (was.public_key() != after->public_key() &&
                          !has_key_row(view, after->public_key(), owner))
                        return base::v1::INVARIANT_CONSENSUS_KEY;
                      growth.nodes += change(was.quota_bytes() > 0, after->quota_bytes() > 0);
                      return kAccepted;
                    });
}

// A key is taken once, by one validator or node, and that is never forgotten.
Refusal check_consensus_keys(const Delta& delta) {
  return delta.each(kConsensusKeys,
                    [](const Hash&, const auto& before, const auto& after) -> Refusal {
                      if (before || !after) return base::v1::INVARIANT_CONSENSUS_KEY;
                      const bool has_one_owner = (after->validator() == 0) != (after->node() == 0);
                      return has_one_owner ? kAccepted : Refusal(base::v1::INVARIANT_CONSENSUS_KEY);
                    });
}

// The totals grow by what the rows grow by; where there was a validator with a vote, or a node, one
// is left.
Refusal check_totals(const Delta& delta, const Growth& rows) {
  Growth totals;
  const Refusal refusal = delta.each(
      kValidatorTotals, [&](std::uint32_t, const auto& before, const auto& after) -> Refusal {
        const v1::ValidatorTotals was = before ? *before : v1::ValidatorTotals();
        const bool none_left = !after || (was.voting() > 0 && after->voting() == 0) ||
                               (was.nodes() > 0 && after->nodes() == 0);
        if (none_left) return base::v1::INVARIANT_VALIDATORS;
        totals = {change(was.voting(), after->voting()), change(was.power(), after->power()),
                  change(was.nodes(), after->nodes())};
        return kAccepted;
      });
  if (refusal.refused()) return refusal;
  return totals == rows ? kAccepted : Refusal(base::v1::INVARIANT_VALIDATORS);
}

// Whoever votes on the version votes on blocks, and for a later version than the present one.
Refusal check_version_votes(const Delta& delta, const View& view) {
  return delta.each(
      kVersionVotes, [&](std::uint64_t validator, const auto&, const auto& after) -> Refusal {
        if (!after) return kAccepted;
        const auto voter = view.get(kValidators(validator));
        const bool is_right = voter && voter->power() > 0 &&
                              after->protocol_version() > view.rules().protocol_version() &&
                              after->protocol_version() <= kHighestProtocolVersion;
        return is_right ? kAccepted : Refusal(base::v1::INVARIANT_UPGRADE);
      });
}

// The block that schedules an upgrade writes its row, by a quorum and with the whole notice; that
// goes when its height has come, with the version in the rules, or when the quorum is lost.
Refusal check_upgrades(const Delta& delta, const View& view) {
  return delta.each(
      kUpgrades, [&](std::uint32_t, const auto& before, const auto& after) -> Refusal {
        const std::uint64_t now = view.time().height;
        const std::uint32_t known = version_of_quorum(view);
        const std::uint32_t next = next_rules(view).protocol_version();
        if (after &&
            (after->scheduled_at_height() != now || after->protocol_version() != known ||
             known <= next || after->height() != now + view.rules().upgrade_notice_blocks()))
          return base::v1::INVARIANT_UPGRADE;
        const bool has_come =
            before && before->height() <= now + 1 && next == before->protocol_version();
        const bool has_gone_rightly = !before || has_come || known < before->protocol_version();
        return has_gone_rightly ? kAccepted : Refusal(base::v1::INVARIANT_UPGRADE);
      });
}

}  // namespace

Refusal check_invariants(const Delta& delta, const View& view) {
  if (const Refusal why = check_acts(delta); why.refused()) return why;
  if (const Refusal why = check_consensus_keys(delta); why.refused()) return why;
  Growth rows;
  if (const Refusal why = check_validators(delta, view, rows); why.refused()) return why;
  if (const Refusal why = check_nodes(delta, view, rows); why.refused()) return why;
  if (const Refusal why = check_version_votes(delta, view); why.refused()) return why;
  if (const Refusal why = check_upgrades(delta, view); why.refused()) return why;
  return check_totals(delta, rows);
}

}  // namespace astyq::authority
