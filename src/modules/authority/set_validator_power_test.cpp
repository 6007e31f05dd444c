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
using v1::SetValidatorPower;

TEST(SetValidatorPower, story) {
  Chain chain;
  const auto bank = chain.company("National bank");
  for (const std::uint64_t power : {10u, 20u})
    chain.ok(chain.registrar(), test::validator_of(bank.party, *chain.new_key(), power));
  chain.ok(chain.registrar(), verbs::SetValidatorPower{.validator = 2, .power = 7});
  EXPECT_EQ(chain.get(kValidators(2))->power(), 7u);
  EXPECT_EQ(chain.get(kValidatorTotals(0))->power(), 17u);
  EXPECT_EQ(chain.get(kValidatorTotals(0))->voting(), 2u);
}

TEST(SetValidatorPower, refusals_in_order) {
  Chain chain;
  const auto& registrar = chain.registrar();
  const auto bank = chain.company("National bank");
  for (int i = 0; i < 2; ++i) chain.ok(registrar, test::validator_of(bank.party, *chain.new_key()));
  chain.refuse(bank, verbs::SetValidatorPower{1, 5}, base::v1::NO_PERMISSION);
  for (const std::uint64_t wrong : {std::uint64_t{0}, kMostPower + 1})
    chain.refuse(registrar, verbs::SetValidatorPower{9, wrong},
                 SetValidatorPower::POWER_OUT_OF_RANGE);
  for (const std::uint64_t nobody : {0u, 9u})
    chain.refuse(registrar, verbs::SetValidatorPower{nobody, 5},
                 SetValidatorPower::NO_SUCH_VALIDATOR);
  chain.ok(bank, verbs::LeaveConsensus{1});
  chain.refuse(registrar, verbs::SetValidatorPower{1, 5}, SetValidatorPower::HAS_ENDED);
}

// However powers are set, their sum is what the row of totals says, and what CometBFT is told in
// each block leads from one set to the next.
TEST(SetValidatorPower, property_the_total_is_the_sum) {
  Chain chain;
  std::mt19937 random(209);
  std::vector<std::uint64_t> powers;
  for (int i = 0; i < 5; ++i) {
    powers.push_back(10);
    chain.ok(chain.registrar(), test::validator_of(1, *chain.new_key()));
  }
  for (int step = 0; step < 40; ++step) {
    const std::size_t which = random() % powers.size();
    powers[which] = step % 9 == 0 ? kMostPower : 1 + random() % kMostPower;
    chain.ok(chain.registrar(), verbs::SetValidatorPower{which + 1, powers[which]});
    std::uint64_t sum = 0;
    for (const std::uint64_t power : powers) sum += power;
    EXPECT_EQ(chain.get(kValidatorTotals(0))->power(), sum);
    const auto voting = chain.read([](const View& view) { return voting_validators(view); });
    ASSERT_EQ(voting.size(), powers.size());
    for (std::size_t i = 0; i < powers.size(); ++i) EXPECT_EQ(voting[i].power, powers[i]);
  }
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::SetValidatorPower>([](sim::World& world, auto& draft) {
      draft.verb.power = world.dice.between(1, kMostPower);
      return sim::some_validator_of_others(world, draft, true);
    })
        .refuses(SetValidatorPower::POWER_OUT_OF_RANGE,
                 [](sim::World& world, auto& draft) {
                   draft.verb.power = world.dice.percent(50) ? 0 : kMostPower + 1;
                 })
        .refuses(SetValidatorPower::NO_SUCH_VALIDATOR, sim::kNoValidator)
        .refuses_instead(SetValidatorPower::HAS_ENDED, [](sim::World& world, auto& draft) {
          draft.verb.power = 1;
          return sim::some_validator_of_others(world, draft, false);
        });

}  // namespace
}  // namespace astyq::authority
