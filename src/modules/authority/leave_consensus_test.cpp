// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "authority/handlers.gen.h"
#include "authority/state.gen.h"
#include "modules/authority/validators.h"
#include "sim/validator_ways.h"

namespace astyq::authority {
namespace {

using test::Chain;
using v1::LeaveConsensus;

TEST(LeaveConsensus, story) {
  Chain chain;
  const auto& registrar = chain.registrar();
  const auto bank = chain.company("National bank");
  for (const std::uint64_t power : {10u, 20u})
    chain.ok(registrar, test::validator_of(bank.party, *chain.new_key(), power));
  chain.ok(bank, verbs::LeaveConsensus{.validator = 1});
  const auto row = chain.get(kValidators(1));
  EXPECT_EQ(row->power(), 0u);
  EXPECT_EQ(row->end(), v1::LEFT);
  EXPECT_EQ(row->ended_at_height(), chain.engine().head().height);
  EXPECT_EQ(chain.get(kValidatorTotals(0))->voting(), 1u);
  EXPECT_EQ(chain.get(kValidatorTotals(0))->power(), 20u);
  chain.refuse(bank, test::new_validator_key(1, bank.party, *chain.new_key()),
               v1::RotateValidatorKey::HAS_ENDED);
}

TEST(LeaveConsensus, refusals_in_order) {
  Chain chain;
  const auto& registrar = chain.registrar();
  const auto bank = chain.company("National bank");
  for (int i = 0; i < 2; ++i) chain.ok(registrar, test::validator_of(bank.party, *chain.new_key()));
  for (const std::uint64_t nobody : {0u, 9u})
    chain.refuse(registrar, verbs::LeaveConsensus{nobody}, LeaveConsensus::NO_SUCH_VALIDATOR);
  chain.refuse(registrar, verbs::LeaveConsensus{1}, LeaveConsensus::NOT_OPERATOR);
  chain.ok(bank, verbs::LeaveConsensus{1});
  chain.refuse(registrar, verbs::LeaveConsensus{1}, LeaveConsensus::NOT_OPERATOR);
  chain.refuse(bank, verbs::LeaveConsensus{1}, LeaveConsensus::HAS_ENDED);
  chain.refuse(bank, verbs::LeaveConsensus{2}, LeaveConsensus::LAST_VALIDATOR);
  chain.ok(registrar, test::validator_of(bank.party, *chain.new_key()));
  chain.ok(bank, verbs::LeaveConsensus{2});
}

// In whatever order validators leave, one vote is left in the end, and no vote returns.
TEST(LeaveConsensus, property_one_vote_is_left) {
  std::mt19937 random(211);
  for (int round = 0; round < 5; ++round) {
    Chain chain;
    const auto bank = chain.company("National bank");
    for (int i = 0; i < 8; ++i)
      chain.ok(chain.registrar(), test::validator_of(bank.party, *chain.new_key()));
    std::uint64_t left = 8;
    for (int step = 0; step < 40; ++step) {
      const std::uint64_t validator = 1 + random() % 8;
      const bool voted = chain.get(kValidators(validator))->power() > 0;
      const auto verb = verbs::LeaveConsensus{validator};
      const auto result = chain.apply(bank, verb.operation());
      EXPECT_EQ(result.refusal.refused(), !voted || left == 1);
      left -= result.refusal.refused() ? 0 : 1;
      EXPECT_EQ(chain.get(kValidatorTotals(0))->voting(), left);
    }
    EXPECT_EQ(left, 1u);
  }
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::LeaveConsensus>([](sim::World& world, auto& draft) {
      return !sim::is_growing(world) && sim::voting(world) > 1 &&
             sim::some_validator(world, draft, true);
    })
        .in_demand(2)
        .refuses(LeaveConsensus::NO_SUCH_VALIDATOR, sim::kNoValidator)
        .refuses(LeaveConsensus::NOT_OPERATOR, sim::kSomebodyElse)
        .refuses_instead(
            LeaveConsensus::HAS_ENDED,
            [](sim::World& world, auto& draft) { return sim::some_validator(world, draft, false); })
        .refuses_instead(LeaveConsensus::LAST_VALIDATOR, [](sim::World& world, auto& draft) {
          return sim::voting(world) == 1 && sim::some_validator(world, draft, true);
        });

}  // namespace
}  // namespace astyq::authority
