// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "payments/handlers.gen.h"
#include "sim/money_ways.h"
#include "support/assets_story.h"
#include "support/pools_story.h"

namespace astyq::payments {
namespace {

using test::Chain;
using v1::Transfer;

TEST(Transfer, story) {
  Chain chain;
  test::PoolStory story(chain);
  test::MoneyStory bank(chain);
  const auto& farmer = story.elevator().farmer();
  const auto mill = chain.company("Mill");
  const auto neighbour = chain.person();
  bank.issue(mill, 1'000'00);
  story.tokenised(farmer, 2'000);
  chain.ok(mill, verbs::Transfer{bank.money(), farmer.party, 999'99, Bytes(32, 'i')});
  chain.ok(farmer, verbs::Transfer{.asset = story.token(), .to = neighbour.party, .amount = 1});
  EXPECT_EQ(test::available(chain, mill, bank.money()), 1u);
  EXPECT_EQ(test::available(chain, farmer, bank.money()), 999'99u);
  EXPECT_EQ(test::available(chain, farmer, story.token()), 1'999'999u);
  EXPECT_EQ(test::available(chain, neighbour, story.token()), 1u);
  EXPECT_EQ(test::supply(chain, bank.money()), 1'000'00u);
  EXPECT_EQ(test::supply(chain, story.token()), 2'000'000u);
}

TEST(Transfer, refusals_in_order) {
  Chain chain;
  test::MoneyStory bank(chain);
  const auto payer = chain.company("Payer");
  const auto payee = chain.company("Payee");
  bank.issue(payer, 500);
  auto verb = verbs::Transfer{.asset = 99, .to = 0, .amount = 0, .reference = Bytes(31, 'i')};
  chain.refuse(payer, verb, Transfer::NO_RECEIVER);
  verb.to = 999;
  chain.refuse(payer, verb, base::v1::NAMED_PARTY_MISSING);
  verb.to = payer.party;
  chain.refuse(payer, verb, Transfer::NO_AMOUNT);
  verb.amount = UINT64_MAX;
  chain.refuse(payer, verb, Transfer::WRONG_REFERENCE);
  verb.reference.push_back('i');
  chain.refuse(payer, verb, Transfer::TO_SELF);
  verb.to = payee.party;
  chain.refuse(payer, verb, Transfer::NO_SUCH_ASSET);
  verb.asset = bank.money();
  chain.refuse(payer, verb, Transfer::NOT_ENOUGH);
  verb.amount = 501;
  chain.refuse(payer, verb, Transfer::NOT_ENOUGH);
  verb.amount = 500;
  chain.ok(payer, verb);
  chain.refuse(payer, verb, Transfer::NOT_ENOUGH);
}

// Payments among many leave the sum alone, and each balance is what the model says.
TEST(Transfer, property_money_is_conserved) {
  Chain chain;
  test::MoneyStory bank(chain);
  std::vector<test::Actor> parties;
  std::map<std::uint64_t, std::uint64_t> model;
  for (int i = 0; i < 4; ++i) {
    parties.push_back(chain.company("Company"));
    bank.issue(parties.back(), 1'000);
    model[parties.back().party] = 1'000;
  }
  std::mt19937_64 random(901);
  for (int i = 0; i < 200; ++i) {
    const auto& from = parties[random() % parties.size()];
    const auto& to = parties[random() % parties.size()];
    const verbs::Transfer verb{.asset = bank.money(), .to = to.party, .amount = 1 + random() % 800};
    if (from.party == to.party) {
      chain.refuse(from, verb, Transfer::TO_SELF);
    } else if (model[from.party] < verb.amount) {
      chain.refuse(from, verb, Transfer::NOT_ENOUGH);
    } else {
      chain.ok(from, verb);
      model[from.party] -= verb.amount;
      model[to.party] += verb.amount;
    }
    for (const auto& party : parties)
      ASSERT_EQ(test::available(chain, party, bank.money()), model[party.party]);
  }
  EXPECT_EQ(test::supply(chain, bank.money()), 4'000u);
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::Transfer>([](sim::World& world, auto& draft) {
      const auto kind = world.dice.percent(50) ? assets::v1::MONEY : assets::v1::POOL_TOKEN;
      if (!sim::owner_of(world, kind, draft.party, draft.verb.asset)) return false;
      draft.verb.to = world.trader_but(draft.party);
      draft.verb.amount = sim::some_of(world, draft.party, draft.verb.asset);
      if (world.dice.percent(50)) draft.verb.reference = world.dice.bytes(32);
      return true;
    })
        .refuses(Transfer::NO_RECEIVER, [](sim::World&, auto& draft) { draft.verb.to = 0; })
        .refuses(Transfer::NO_AMOUNT, [](sim::World&, auto& draft) { draft.verb.amount = 0; })
        .refuses(Transfer::WRONG_REFERENCE,
                 [](sim::World&, auto& draft) { draft.verb.reference = "7"; })
        .refuses(Transfer::TO_SELF, [](sim::World&, auto& draft) { draft.verb.to = draft.party; })
        .refuses(Transfer::NO_SUCH_ASSET,
                 [](sim::World&, auto& draft) { draft.verb.asset = sim::kNobody; })
        .refuses(Transfer::NOT_ENOUGH,
                 [](sim::World&, auto& draft) { draft.verb.amount = sim::kTooLarge; });

}  // namespace
}  // namespace astyq::payments
