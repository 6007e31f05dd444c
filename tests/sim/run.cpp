// SPDX-License-Identifier: Apache-2.0
#include "sim/run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "sim/standing.h"
#include "wire/catalogue.h"

namespace astyq::sim {
namespace {

// How many refusals are drawn to take the rarest of: at times all but the rarest few lose.
constexpr std::array<std::uint64_t, 3> kChoices{3, 10, 60};

}  // namespace

Run::Run(std::uint64_t seed) : book_(book()), world_(seed), model_(world_) {
  for (const auto& verb : wire::verbs()) {
    EXPECT_TRUE(book_.verbs.contains(verb.code)) << verb.name << ": its test has no sim::Page";
    if (book_.verbs.contains(verb.code)) verbs_.push_back(verb.code);
  }
}

// Of a few at random the one that was accepted least for its demand: so all come to about the same
// count, or as often that count as they are wanted.
std::uint32_t Run::rarest_verb() {
  const auto count = [&](std::uint32_t verb) {
    return coverage_.accepted(verb) / book_.demand.at(verb);
  };
  std::uint32_t rarest = world_.dice.pick(verbs_);
  for (int i = 0; i < 2; ++i) {
    const std::uint32_t other = world_.dice.pick(verbs_);
    if (count(other) < count(rarest)) rarest = other;
  }
  return rarest;
}

template <typename Ways>
std::uint32_t Run::rarest_refusal(const Ways& ways) {
  const auto pick = [&] {
    return std::next(ways.begin(), static_cast<std::ptrdiff_t>(world_.dice.below(ways.size())))
        ->first;
  };
  std::uint32_t rarest = pick();
  for (std::uint64_t i = world_.dice.pick(kChoices); i > 0; --i) {
    const std::uint32_t other = pick();
    if (coverage_.met(other) < coverage_.met(rarest)) rarest = other;
  }
  return rarest;
}

std::optional<Action> Run::next_action() {
  constexpr int kTries = 20;
  const bool provoke = world_.dice.percent(world_.is_late() ? 60 : 30);
  for (int tries = 0; tries < kTries; ++tries) {
    const auto& way = provoke ? book_.provocations.at(rarest_refusal(book_.provocations))
                              : book_.verbs.at(rarest_verb());
    if (auto action = way(world_); action && action->party != 0) return action;
  }
  return std::nullopt;
}

std::optional<Bytes> Run::next_admission() {
  return book_.admissions.at(rarest_refusal(book_.admissions))(world_);
}

Bytes Run::sign_some(std::uint64_t party, const std::vector<base::v1::Operation>& operations) {
  base::v1::TxBody body = world_.body(party, operations);
  if (world_.dice.percent(5)) {
    body.mutable_sequence()->set_public_key(world_.keys_of(party).front());
    body.mutable_sequence()->set_number(world_.highest_sequence(party) + world_.dice.between(1, 3));
  }
  return world_.sign(body);
}

// Several operations of a party go under one signature.
std::vector<Bytes> Run::sign_all(const std::vector<Action>& actions) {
  std::map<std::uint64_t, std::vector<base::v1::Operation>> waiting;
  std::vector<Bytes> signed_txs;
  for (const Action& action : actions) {
    auto& operations = waiting[action.party];
    operations.push_back(action.op);
    if (operations.size() < world_.dice.between(1, 6)) continue;
    signed_txs.push_back(sign_some(action.party, operations));
    operations.clear();
  }
  for (const auto& [party, operations] : waiting)
    if (!operations.empty()) signed_txs.push_back(sign_some(party, operations));
  return signed_txs;
}

std::uint64_t Run::block(std::uint64_t operations) {
  world_.choose_time();
  std::vector<Action> actions;
  std::vector<Bytes> admissions;
  for (std::uint64_t i = 0; i < operations; ++i) {
    if (world_.dice.percent(3)) {
      if (auto signed_tx = next_admission()) admissions.push_back(*signed_tx);
    } else if (auto action = next_action()) {
      actions.push_back(std::move(*action));
    }
  }
  std::vector<Bytes> signed_txs = sign_all(actions);
  for (const Bytes& signed_tx : admissions)
    signed_txs.insert(
        signed_txs.begin() + static_cast<std::ptrdiff_t>(world_.dice.below(signed_txs.size() + 1)),
        signed_tx);
  std::uint64_t count = 0;
  world_.apply(signed_txs,
               [&](const engine::BlockResult& result) { count = settle(signed_txs, result); });
  return count;
}

std::uint64_t Run::settle(const std::vector<Bytes>& signed_txs, const engine::BlockResult& result) {
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < signed_txs.size(); ++i) {
    const engine::MemberResult& member = result.members[i];
    if (member.admission.refused()) {
      coverage_.count_admission(member.admission);
      ++count;
      continue;
    }
    base::v1::SignedTx signed_tx;
    base::v1::TxBody body;
    signed_tx.ParseFromString(signed_txs[i]);
    body.ParseFromString(signed_tx.body());
    for (std::size_t k = 0; k < member.operations.size(); ++k) {
      const auto& op = body.operations(static_cast<int>(k));
      const Refusal refusal = member.operations[k].refusal;
      coverage_.count(static_cast<std::uint32_t>(op.verb_case()), refusal);
      EXPECT_EQ(find_out_of_reach(refusal.code()), nullptr)
          << wire::refusal_text(refusal.code()).name << " " << op.ShortDebugString();
      if (!refusal.refused()) model_->apply(world_, body.party(), op);
      ++count;
    }
  }
  return count;
}

std::string Run::audit() {
  if (std::string found = world_.chain.first_difference(); !found.empty()) return found;
  if (std::string found = first_inconsistency(world_.chain.engine().tree()); !found.empty())
    return found;
  return model_->difference(world_);
}

}  // namespace astyq::sim
