// SPDX-License-Identifier: Apache-2.0
#include "modules/authority/upgrades.h"

#include <algorithm>
#include <vector>

#include "authority/state.gen.h"
#include "ledger/rules.h"
#include "modules/authority/validators.h"

namespace astyq::authority {
namespace {

struct Vote {
  std::uint64_t validator = 0;
  std::uint32_t version = 0;
};

// By number of the validator, as many as vote on blocks at most.
std::vector<Vote> version_votes(const View& view) {
  std::vector<Vote> votes;
  std::uint64_t next = 1;
  while (const auto found = view.first_from(kVersionVotes, kVersionVotes(next))) {
    const auto [validator] = *found;
    votes.push_back({validator, view.require(kVersionVotes(validator)).protocol_version()});
    ASTYQ_CHECK(votes.size() <= kMostVotingValidators);
    next = validator + 1;
  }
  return votes;
}

void begin_version(View& view, std::uint32_t version) {
  Rules rules = next_rules(view);
  ASTYQ_CHECK(version > rules.protocol_version());
  rules.set_protocol_version(version);
  set_next_rules(view, rules);
  view.erase(kUpgrades(0));
  for (const Vote& vote : version_votes(view))
    if (vote.version <= version) view.erase(kVersionVotes(vote.validator));
}

void schedule_version(View& view, std::uint32_t version) {
  v1::Upgrade upgrade;
  upgrade.set_protocol_version(version);
  upgrade.set_height(view.time().height + view.rules().upgrade_notice_blocks());
  upgrade.set_scheduled_at_height(view.time().height);
  view.put(kUpgrades(0), upgrade);
}

}  // namespace

std::optional<v1::Upgrade> scheduled_upgrade(const View& view) {
  return view.get(kUpgrades(0));
}

std::uint32_t version_of_quorum(const View& view) {
  std::vector<Vote> votes = version_votes(view);
  if (votes.empty()) return 0;
  std::ranges::sort(votes, std::ranges::greater(), &Vote::version);
  const std::uint64_t total = validator_totals(view).power();
  std::uint64_t power = 0;
  for (const Vote& vote : votes) {
    power += view.require(kValidators(vote.validator)).power();
    ASTYQ_CHECK(power <= total);
    if (3 * power > 2 * total) return vote.version;
  }
  return 0;
}

void follow_version_votes(View& view) {
  const std::uint32_t known = version_of_quorum(view);
  auto upgrade = scheduled_upgrade(view);
  if (upgrade && known < upgrade->protocol_version()) {
    view.erase(kUpgrades(0));
    upgrade.reset();
  }
  if (upgrade && upgrade->height() <= view.time().height + 1) {
    begin_version(view, upgrade->protocol_version());
    upgrade.reset();
  }
  if (!upgrade && known > next_rules(view).protocol_version()) schedule_version(view, known);
}

void drop_version_vote(View& view, std::uint64_t validator) {
  const auto slot = kVersionVotes(validator);
  if (view.exists(slot)) view.erase(slot);
}

}  // namespace astyq::authority
