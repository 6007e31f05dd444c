// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "assets/handlers.gen.h"
#include "assets/state.gen.h"
#include "sim/money_ways.h"
#include "support/assets_story.h"
#include "support/pools_story.h"

namespace astyq::assets {
namespace {

using test::Chain;
using v1::IssueMoney;

constexpr std::uint64_t kMost = INT64_MAX;

TEST(IssueMoney, story) {
  Chain chain;
  test::MoneyStory bank(chain);
  const auto farmer = chain.company("Farm");
  chain.ok(bank.issuer(), verbs::IssueMoney{bank.money(), farmer.party, 1'500'00});
  chain.ok(bank.issuer(), verbs::IssueMoney{bank.money(), bank.issuer().party, 500'00});
  EXPECT_EQ(test::available(chain, farmer, bank.money()), 1'500'00u);
  EXPECT_EQ(test::available(chain, bank.issuer(), bank.money()), 500'00u);
  EXPECT_EQ(test::supply(chain, bank.money()), 2'000'00u);
}

TEST(IssueMoney, refusals_in_order) {
  Chain chain;
  test::MoneyStory bank(chain);
  const auto farmer = chain.company("Farm");
  auto verb = verbs::IssueMoney{.asset = 99, .to = 0, .amount_tiyn = 0};
  chain.refuse(farmer, verb, IssueMoney::NO_RECEIVER);
  verb.to = 999;
  chain.refuse(farmer, verb, base::v1::NAMED_PARTY_MISSING);
  verb.to = farmer.party;
  chain.refuse(farmer, verb, IssueMoney::NO_AMOUNT);
  verb.amount_tiyn = kMost + 1;
  chain.refuse(farmer, verb, IssueMoney::AMOUNT_TOO_LARGE);
  verb.amount_tiyn = kMost;
  chain.refuse(farmer, verb, IssueMoney::NO_SUCH_MONEY);
  verb.asset = bank.money();
  chain.refuse(farmer, verb, IssueMoney::NOT_ISSUER);
  chain.ok(bank.issuer(), verb);
  verb.amount_tiyn = 1;
  chain.refuse(bank.issuer(), verb, IssueMoney::SUPPLY_FULL);
  verb.to = bank.issuer().party;
  chain.refuse(bank.issuer(), verb, IssueMoney::SUPPLY_FULL);
  bank.suspend_licence();
  chain.refuse(bank.issuer(), verb, IssueMoney::NOT_LICENSED);
}

TEST(IssueMoney, never_tokens_of_a_pool) {
  Chain chain;
  test::PoolStory story(chain);
  test::MoneyStory bank(chain);
  chain.refuse(bank.issuer(), verbs::IssueMoney{story.token(), bank.issuer().party, 1},
               IssueMoney::NO_SUCH_MONEY);
  chain.refuse(bank.issuer(), verbs::RetireMoney{story.token(), 1}, v1::RetireMoney::NO_SUCH_MONEY);
}

// Whatever is issued and retired, each balance is what the model says and the supply is their sum.
TEST(IssueMoney, property_supply_is_the_sum_of_balances) {
  Chain chain;
  test::MoneyStory bank(chain);
  const std::vector<test::Actor> parties{bank.issuer(), chain.company("Farm"),
                                         chain.company("Mill")};
  std::map<std::uint64_t, std::uint64_t> model;
  std::mt19937_64 random(502);
  for (int i = 0; i < 150; ++i) {
    const std::uint64_t amount_tiyn = 1 + random() % 1'000;
    const bool enough = model[bank.issuer().party] >= amount_tiyn;
    if (random() % 3 != 0) {
      const auto& to = parties[random() % parties.size()];
      bank.issue(to, amount_tiyn);
      model[to.party] += amount_tiyn;
    } else if (enough) {
      chain.ok(bank.issuer(), verbs::RetireMoney{bank.money(), amount_tiyn});
      model[bank.issuer().party] -= amount_tiyn;
    } else {
      chain.refuse(bank.issuer(), verbs::RetireMoney{bank.money(), amount_tiyn},
                   v1::RetireMoney::NOT_ENOUGH);
    }
    std::uint64_t sum = 0;
    for (const auto& party : parties) {
      EXPECT_EQ(test::available(chain, party, bank.money()), model[party.party]);
      sum += model[party.party];
    }
    ASSERT_EQ(test::supply(chain, bank.money()), sum);
  }
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::IssueMoney>([](sim::World& world, auto& draft) {
      draft.verb.to = world.trader();
      draft.verb.amount_tiyn = world.dice.between(1, 1'000'000'000);
      return sim::money_of_licensed(world, true, draft.party, draft.verb.asset);
    })
        .refuses(IssueMoney::NO_RECEIVER, [](sim::World&, auto& draft) { draft.verb.to = 0; })
        .refuses(IssueMoney::NO_AMOUNT,
                 [](sim::World&, auto& draft) { draft.verb.amount_tiyn = 0; })
        .refuses(IssueMoney::AMOUNT_TOO_LARGE,
                 [](sim::World&, auto& draft) { draft.verb.amount_tiyn = sim::kTooLarge; })
        .refuses(IssueMoney::NO_SUCH_MONEY,
                 [](sim::World&, auto& draft) { draft.verb.asset = sim::kNobody; })
        .refuses(IssueMoney::NOT_ISSUER, sim::kSomebodyElse)
        .refuses_instead(IssueMoney::NOT_LICENSED,
                         [](sim::World& world, auto& draft) {
                           draft.verb.to = world.trader();
                           draft.verb.amount_tiyn = 1;
                           return sim::money_of_licensed(world, false, draft.party,
                                                         draft.verb.asset);
                         })
        .refuses(IssueMoney::SUPPLY_FULL, [](sim::World& world, auto& draft) {
          draft.verb.amount_tiyn = sim::kTooLarge - 1;
          return world.balance(draft.party, draft.verb.asset) > 0;
        });

}  // namespace
}  // namespace astyq::assets
