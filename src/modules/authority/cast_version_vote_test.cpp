// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "authority/handlers.gen.h"
#include "authority/state.gen.h"
#include "ledger/rules.h"
#include "sim/validator_ways.h"

namespace astyq::authority {
namespace {

using test::Chain;
using v1::CastVersionVote;

// More than two thirds of the power, not two thirds: then the version is scheduled, and it is that
// which all of them know.
TEST(CastVersionVote, story) {
  Chain chain;
  const auto bank = chain.company("National bank");
  for (const std::uint64_t power : {10u, 20u, 30u})
    chain.ok(chain.registrar(), test::validator_of(bank.party, *chain.new_key(), power));
  chain.ok(bank, verbs::CastVersionVote{.validator = 3, .protocol_version = 2});
  EXPECT_EQ(chain.get(kVersionVotes(3))->protocol_version(), 2u);
  chain.ok(bank, verbs::CastVersionVote{.validator = 1, .protocol_version = 3});
  EXPECT_FALSE(chain.get(kUpgrades(0)).has_value()) << "40 of 60";
  chain.ok(bank, verbs::CastVersionVote{.validator = 2, .protocol_version = 3});
  const auto upgrade = chain.get(kUpgrades(0));
  ASSERT_TRUE(upgrade.has_value());
  const std::uint64_t height = chain.engine().head().height;
  EXPECT_EQ(upgrade->protocol_version(), 2u);
  EXPECT_EQ(upgrade->scheduled_at_height(), height);
  EXPECT_EQ(upgrade->height(), height + chain.engine().rules().upgrade_notice_blocks());
  EXPECT_EQ(chain.engine().rules().protocol_version(), 1u);
}

TEST(CastVersionVote, refusals_in_order) {
  Chain chain;
  const auto& registrar = chain.registrar();
  const auto bank = chain.company("National bank");
  for (int i = 0; i < 2; ++i) chain.ok(registrar, test::validator_of(bank.party, *chain.new_key()));
  chain.ok(bank, verbs::LeaveConsensus{1});
  for (const std::uint32_t version : {0u, 1u, kHighestProtocolVersion + 1, ~0u})
    chain.refuse(registrar, verbs::CastVersionVote{9, version},
                 CastVersionVote::VERSION_OUT_OF_RANGE);
  for (const std::uint64_t nobody : {0u, 9u})
    chain.refuse(registrar, verbs::CastVersionVote{nobody, 2}, CastVersionVote::NO_SUCH_VALIDATOR);
  chain.refuse(registrar, verbs::CastVersionVote{1, 2}, CastVersionVote::NOT_OPERATOR);
  chain.refuse(bank, verbs::CastVersionVote{1, 2}, CastVersionVote::HAS_ENDED);
  chain.ok(bank, verbs::CastVersionVote{2, kHighestProtocolVersion});
  chain.refuse(bank, verbs::CastVersionVote{2, kHighestProtocolVersion},
               CastVersionVote::ALREADY_CAST);
  chain.ok(bank, verbs::CastVersionVote{2, 2});
}

void some_version(sim::World& world, sim::Draft<verbs::CastVersionVote>& draft) {
  draft.verb.protocol_version =
      world.rules().protocol_version() + static_cast<std::uint32_t>(world.dice.between(1, 3));
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::CastVersionVote>([](sim::World& world, auto& draft) {
      some_version(world, draft);
      if (!sim::some_validator(world, draft, true)) return false;
      const auto* vote = world.version_votes.find(draft.verb.validator);
      return vote == nullptr || vote->protocol_version() != draft.verb.protocol_version;
    })
        .in_demand(2)
        .refuses(CastVersionVote::VERSION_OUT_OF_RANGE,
                 [](sim::World& world, auto& draft) {
                   draft.verb.protocol_version = world.dice.percent(50)
                                                     ? world.rules().protocol_version()
                                                     : kHighestProtocolVersion + 1;
                 })
        .refuses(CastVersionVote::NO_SUCH_VALIDATOR, sim::kNoValidator)
        .refuses(CastVersionVote::NOT_OPERATOR, sim::kSomebodyElse)
        .refuses_instead(CastVersionVote::HAS_ENDED,
                         [](sim::World& world, auto& draft) {
                           some_version(world, draft);
                           return sim::some_validator(world, draft, false);
                         })
        .refuses_instead(CastVersionVote::ALREADY_CAST, [](sim::World& world, auto& draft) {
          if (!sim::some_version_voter(world, draft)) return false;
          draft.verb.protocol_version =
              world.version_votes.find(draft.verb.validator)->protocol_version();
          return true;
        });

}  // namespace
}  // namespace astyq::authority
