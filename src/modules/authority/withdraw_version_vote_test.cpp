// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "authority/handlers.gen.h"
#include "authority/state.gen.h"
#include "sim/validator_ways.h"

namespace astyq::authority {
namespace {

using test::Chain;
using v1::WithdrawVersionVote;

// The upgrade stands as long as its quorum does: it is called off with the vote, and what is voted
// for again has the whole notice again.
TEST(WithdrawVersionVote, story) {
  Chain chain;
  const auto bank = chain.company("National bank");
  for (int i = 0; i < 3; ++i)
    chain.ok(chain.registrar(), test::validator_of(bank.party, *chain.new_key()));
  for (const std::uint64_t validator : {1u, 2u, 3u})
    chain.ok(bank, verbs::CastVersionVote{validator, 2});
  const std::uint64_t height = chain.get(kUpgrades(0))->height();
  chain.ok(bank, verbs::WithdrawVersionVote{.validator = 3});
  EXPECT_FALSE(chain.get(kVersionVotes(3)).has_value());
  EXPECT_FALSE(chain.get(kUpgrades(0)).has_value());
  chain.ok(bank, verbs::CastVersionVote{3, 2});
  EXPECT_EQ(chain.get(kUpgrades(0))->height(), height + 2);
}

TEST(WithdrawVersionVote, refusals_in_order) {
  Chain chain;
  const auto& registrar = chain.registrar();
  const auto bank = chain.company("National bank");
  for (int i = 0; i < 2; ++i) chain.ok(registrar, test::validator_of(bank.party, *chain.new_key()));
  for (const std::uint64_t nobody : {0u, 9u})
    chain.refuse(registrar, verbs::WithdrawVersionVote{nobody},
                 WithdrawVersionVote::NO_SUCH_VALIDATOR);
  chain.refuse(registrar, verbs::WithdrawVersionVote{1}, WithdrawVersionVote::NOT_OPERATOR);
  chain.refuse(bank, verbs::WithdrawVersionVote{1}, WithdrawVersionVote::NO_VOTE);
  chain.ok(bank, verbs::CastVersionVote{1, 2});
  chain.ok(bank, verbs::WithdrawVersionVote{1});
  chain.refuse(bank, verbs::WithdrawVersionVote{1}, WithdrawVersionVote::NO_VOTE);
  chain.ok(bank, verbs::CastVersionVote{1, 2});
  chain.ok(bank, verbs::LeaveConsensus{1});
  chain.refuse(bank, verbs::WithdrawVersionVote{1}, WithdrawVersionVote::NO_VOTE);
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::WithdrawVersionVote>(
        [](sim::World& world, auto& draft) { return sim::some_version_voter(world, draft); })
        .refuses(WithdrawVersionVote::NO_SUCH_VALIDATOR, sim::kNoValidator)
        .refuses(WithdrawVersionVote::NOT_OPERATOR, sim::kSomebodyElse)
        .refuses_instead(WithdrawVersionVote::NO_VOTE, [](sim::World& world, auto& draft) {
          return sim::some_validator(world, draft, world.dice.percent(50)) &&
                 world.version_votes.find(draft.verb.validator) == nullptr;
        });

}  // namespace
}  // namespace astyq::authority
