// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "assets/handlers.gen.h"
#include "assets/state.gen.h"
#include "modules/assets/assets.h"
#include "sim/money_ways.h"
#include "support/assets_story.h"

namespace astyq::assets {
namespace {

using test::Chain;
using v1::RetireMoney;

TEST(RetireMoney, story) {
  Chain chain;
  test::MoneyStory bank(chain);
  bank.issue(bank.issuer(), 1'000);
  chain.ok(bank.issuer(), verbs::RetireMoney{bank.money(), 400});
  EXPECT_EQ(test::available(chain, bank.issuer(), bank.money()), 600u);
  EXPECT_EQ(test::supply(chain, bank.money()), 600u);
  // What is owed may shrink without a licence, and a balance of nothing leaves no row.
  bank.suspend_licence();
  chain.ok(bank.issuer(), verbs::RetireMoney{bank.money(), 600});
  EXPECT_EQ(test::supply(chain, bank.money()), 0u);
  EXPECT_FALSE(chain.get(kBalances(bank.issuer().party, bank.money())).has_value());
}

TEST(RetireMoney, refusals_in_order) {
  Chain chain;
  test::MoneyStory bank(chain);
  const auto farmer = chain.company("Farm");
  bank.issue(farmer, 500);
  bank.issue(bank.issuer(), 100);
  chain.refuse(farmer, verbs::RetireMoney{99, 0}, RetireMoney::NO_AMOUNT);
  chain.refuse(farmer, verbs::RetireMoney{99, 500}, RetireMoney::NO_SUCH_MONEY);
  chain.refuse(farmer, verbs::RetireMoney{bank.money(), 500}, RetireMoney::NOT_ISSUER);
  chain.refuse(bank.issuer(), verbs::RetireMoney{bank.money(), 101}, RetireMoney::NOT_ENOUGH);
  chain.refuse(bank.issuer(), verbs::RetireMoney{bank.money(), UINT64_MAX},
               RetireMoney::NOT_ENOUGH);
  chain.ok(bank.issuer(), verbs::RetireMoney{bank.money(), 100});
}

// Money that comes and goes in parts comes to nothing, and leaves nothing.
TEST(RetireMoney, property_all_of_it_can_go) {
  Chain chain;
  test::MoneyStory bank(chain);
  std::mt19937_64 random(503);
  std::uint64_t left = 1'000'000 + random() % 1'000'000;
  bank.issue(bank.issuer(), left);
  while (left > 0) {
    const std::uint64_t part = 1 + random() % std::min<std::uint64_t>(left, 100'000);
    chain.ok(bank.issuer(), verbs::RetireMoney{bank.money(), part});
    left -= part;
    ASSERT_EQ(test::supply(chain, bank.money()), left);
  }
  EXPECT_FALSE(chain.get(kBalances(bank.issuer().party, bank.money())).has_value());
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::RetireMoney>([](sim::World& world, auto& draft) {
      // Few issuers own of their own money.
      std::uint64_t free = 0;
      for (int tries = 0; tries < 10 && free == 0; ++tries) {
        if (!sim::money_of_licensed(world, true, draft.party, draft.verb.asset)) return false;
        free = world.balance(draft.party, draft.verb.asset);
      }
      if (free == 0) return false;
      draft.verb.amount_tiyn = world.dice.between(1, std::min<std::uint64_t>(free, 10'000'000));
      return true;
    })
        .refuses(RetireMoney::NO_AMOUNT,
                 [](sim::World&, auto& draft) { draft.verb.amount_tiyn = 0; })
        .refuses(RetireMoney::NO_SUCH_MONEY,
                 [](sim::World&, auto& draft) { draft.verb.asset = sim::kNobody; })
        .refuses(RetireMoney::NOT_ISSUER, sim::kSomebodyElse)
        .refuses(RetireMoney::NOT_ENOUGH,
                 [](sim::World&, auto& draft) { draft.verb.amount_tiyn = sim::kTooLarge; });

}  // namespace
}  // namespace astyq::assets
