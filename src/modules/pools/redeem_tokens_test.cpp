// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "modules/pools/pools.h"
#include "modules/receipts/receipts.h"
#include "pools/handlers.gen.h"
#include "pools/state.gen.h"
#include "sim/receipt_ways.h"
#include "support/assets_story.h"
#include "support/pools_story.h"

namespace astyq::pools {
namespace {

using test::Chain;
using test::PoolStory;
using v1::RedeemTokens;

receipts::v1::Receipt receipt_row(const Chain& chain, std::uint64_t id) {
  return *chain.read([id](const View& view) { return receipts::find(view, id); });
}

TEST(RedeemTokens, story) {
  Chain chain;
  PoolStory story(chain);
  const auto& farmer = story.elevator().farmer();
  const auto mill = chain.company("Mill");
  const std::uint64_t receipt = story.tokenised(farmer, 25'000);
  chain.ok(farmer, verbs::Transfer{.asset = story.token(), .to = mill.party, .amount = 10'000'500});

  // A part: the mill's child is free, the rest stays locked in a child of its own.
  const std::uint64_t part = chain.ok(mill, verbs::RedeemTokens{receipt, 10'000});
  EXPECT_NE(part, receipt);
  const auto taken = receipt_row(chain, part);
  EXPECT_TRUE(receipts::is_free(taken));
  EXPECT_EQ(taken.kg(), 10'000u);
  EXPECT_EQ(taken.restricted().holder(), mill.party);
  EXPECT_EQ(receipt_row(chain, receipt).state(), receipts::v1::SPLIT);
  EXPECT_EQ(test::available(chain, mill, story.token()), 500u);
  EXPECT_EQ(test::supply(chain, story.token()), 15'000'000u);
  EXPECT_EQ(chain.get(kPools(story.pool()))->locked_kg(), 15'000u);

  // All of it: the very receipt, under a ban of shipments too.
  const std::uint64_t whole = story.tokenised(mill, 3'000);
  story.elevator().set_regime(elevators::v1::SHIPMENT_BAN);
  EXPECT_EQ(chain.ok(farmer, verbs::RedeemTokens{whole, 3'000}), whole);
  EXPECT_EQ(receipt_row(chain, whole).restricted().holder(), farmer.party);
  EXPECT_EQ(test::available(chain, farmer, story.token()), 25'000'000u - 10'000'500u - 3'000'000u);
}

TEST(RedeemTokens, refusals_in_order) {
  Chain chain;
  PoolStory story(chain);
  const auto& farmer = story.elevator().farmer();
  const auto mill = chain.company("Mill");
  const std::uint64_t locked = story.tokenised(farmer, 20'000);
  const std::uint64_t free = story.receipt(farmer, 5'000);
  chain.refuse(mill, verbs::RedeemTokens{99, 0}, RedeemTokens::NO_KG);
  chain.refuse(mill, verbs::RedeemTokens{99, 20'001}, RedeemTokens::NO_SUCH_RECEIPT);
  chain.refuse(mill, verbs::RedeemTokens{free, 20'001}, RedeemTokens::NOT_IN_POOL);
  chain.refuse(mill, verbs::RedeemTokens{locked, 20'001}, RedeemTokens::MORE_THAN_RECEIPT);
  chain.refuse(mill, verbs::RedeemTokens{locked, UINT64_MAX}, RedeemTokens::MORE_THAN_RECEIPT);
  chain.refuse(mill, verbs::RedeemTokens{locked, 1}, RedeemTokens::NOT_ENOUGH_TOKENS);
  chain.ok(farmer, verbs::Transfer{.asset = story.token(), .to = mill.party, .amount = 999});
  chain.refuse(mill, verbs::RedeemTokens{locked, 1}, RedeemTokens::NOT_ENOUGH_TOKENS);
  chain.ok(farmer, verbs::Transfer{.asset = story.token(), .to = mill.party, .amount = 1});
  chain.ok(mill, verbs::RedeemTokens{locked, 1});
  chain.refuse(farmer, verbs::RedeemTokens{locked, 1}, RedeemTokens::NOT_IN_POOL);
}

// Tokens that are on offer to a buyer do not come back into a receipt meanwhile.
TEST(RedeemTokens, locked_tokens_stay) {
  Chain chain;
  PoolStory story(chain);
  test::MoneyStory bank(chain);
  const auto& farmer = story.elevator().farmer();
  const std::uint64_t receipt = story.tokenised(farmer, 2'000);
  chain.ok(farmer,
           verbs::OfferTokens{story.token(), 1'500'000, bank.issuer().party, bank.money(), 100});
  chain.refuse(farmer, verbs::RedeemTokens{receipt, 501}, RedeemTokens::NOT_ENOUGH_TOKENS);
  chain.ok(farmer, verbs::RedeemTokens{receipt, 500});
}

// The pool empties to the last kilogram, in whatever parts, and to nothing else.
TEST(RedeemTokens, property_the_pool_empties) {
  Chain chain;
  PoolStory story(chain);
  const auto& farmer = story.elevator().farmer();
  std::mt19937_64 random(803);
  std::vector<std::uint64_t> locked{story.tokenised(farmer, 7'000), story.tokenised(farmer, 9'000)};
  std::uint64_t left_kg = 16'000;
  std::uint64_t taken_kg = 0;
  while (!locked.empty()) {
    const std::size_t which = random() % locked.size();
    const std::uint64_t receipt = locked[which];
    const std::uint64_t held_kg = receipt_row(chain, receipt).kg();
    const std::uint64_t kg = std::min(held_kg, 1 + random() % 4'000);
    const std::uint64_t taken = chain.ok(farmer, verbs::RedeemTokens{receipt, kg});
    left_kg -= kg;
    taken_kg += receipt_row(chain, taken).kg();
    EXPECT_EQ(test::supply(chain, story.token()), 1'000 * left_kg);
    EXPECT_EQ(chain.get(kPools(story.pool()))->locked_kg(), left_kg);
    if (kg == held_kg) {
      locked.erase(locked.begin() + static_cast<std::ptrdiff_t>(which));
    } else {
      locked[which] = taken + 1;  // the child that stays
    }
  }
  EXPECT_EQ(left_kg, 0u);
  EXPECT_EQ(taken_kg, 16'000u);
  EXPECT_EQ(test::available(chain, farmer, story.token()), 0u);
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::RedeemTokens>([](sim::World& world, auto& draft) {
      const auto* locked = world.receipts.pick(
          world.dice, [&](const auto& row) { return row.state() == receipts::v1::TOKENISED; });
      if (locked == nullptr) return false;
      const std::uint64_t asset = world.pools.find(locked->second.pool())->asset();
      const auto* owner = world.balances.pick_entry(world.dice, [&](const auto& entry) {
        return entry.first.second == asset && !world.is_frozen(entry.first.first) &&
               world.balance(entry.first.first, asset) >= 1'000;
      });
      if (owner == nullptr) return false;
      const std::uint64_t most = std::min<std::uint64_t>(
          locked->second.kg(), world.balance(owner->first.first, asset) / 1'000);
      draft = {owner->first.first,
               {locked->first.first, world.dice.percent(50) ? most : world.dice.between(1, most)}};
      return true;
    })
        .refuses(RedeemTokens::NO_KG, [](sim::World&, auto& draft) { draft.verb.kg = 0; })
        .refuses(RedeemTokens::NO_SUCH_RECEIPT, sim::kNoReceipt)
        .refuses(RedeemTokens::NOT_IN_POOL,
                 [](sim::World& world, auto& draft) {
                   return sim::held_receipt(world, draft, sim::is_free);
                 })
        .refuses(RedeemTokens::MORE_THAN_RECEIPT,
                 [](sim::World&, auto& draft) { draft.verb.kg = sim::kTooLarge; })
        .refuses(RedeemTokens::NOT_ENOUGH_TOKENS, [](sim::World& world, auto& draft) {
          const auto& receipt = *world.receipts.find(draft.verb.receipt);
          const std::uint64_t asset = world.pools.find(receipt.pool())->asset();
          draft.party = world.trader();
          draft.verb.kg = receipt.kg();
          return world.balance(draft.party, asset) / 1'000 < receipt.kg();
        });

}  // namespace
}  // namespace astyq::pools
