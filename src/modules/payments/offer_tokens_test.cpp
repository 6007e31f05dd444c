// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "modules/assets/assets.h"
#include "payments/handlers.gen.h"
#include "payments/state.gen.h"
#include "sim/money_ways.h"
#include "support/payments_story.h"

namespace astyq::payments {
namespace {

using test::Chain;
using test::DeliveryStory;
using v1::OfferTokens;

TEST(OfferTokens, story) {
  Chain chain;
  DeliveryStory story(chain);
  const std::uint64_t id = chain.ok(story.farmer(), story.tokens_offer(12'000'000));
  const auto row = chain.get(kDeliveryOffers(id));
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->receipt(), 0u);
  EXPECT_EQ(row->token_asset(), story.token());
  EXPECT_EQ(row->restricted().grams(), 12'000'000u);
  const auto lock = chain.read(
      [&](const View& view) { return assets::find_lock(view, row->restricted().lock()); });
  ASSERT_TRUE(lock.has_value());
  EXPECT_EQ(lock->restricted().amount(), 12'000'000u);
  EXPECT_EQ(test::available(chain, story.farmer(), story.token()), 18'000'000u);
}

TEST(OfferTokens, refusals_in_order) {
  Chain chain;
  DeliveryStory story(chain);
  auto verb = verbs::OfferTokens{};
  chain.refuse(story.farmer(), verb, OfferTokens::NO_BUYER);
  verb.buyer = story.farmer().party;
  chain.refuse(story.farmer(), verb, OfferTokens::NO_GRAMS);
  verb.grams = UINT64_MAX;
  chain.refuse(story.farmer(), verb, OfferTokens::NO_PRICE);
  verb.price_tiyn = std::uint64_t{1} << 63;
  chain.refuse(story.farmer(), verb, OfferTokens::PRICE_TOO_LARGE);
  verb.price_tiyn = 1;
  chain.refuse(story.farmer(), verb, OfferTokens::BUYER_IS_SELLER);
  verb.buyer = story.mill().party;
  chain.refuse(story.farmer(), verb, OfferTokens::NO_SUCH_TOKEN);
  verb.token_asset = story.money();  // money is no grain
  chain.refuse(story.farmer(), verb, OfferTokens::NO_SUCH_TOKEN);
  verb.token_asset = story.token();
  chain.refuse(story.farmer(), verb, OfferTokens::NOT_ENOUGH_TOKENS);
  verb.grams = DeliveryStory::kTokensG + 1;
  chain.refuse(story.farmer(), verb, OfferTokens::NOT_ENOUGH_TOKENS);
  verb.grams = DeliveryStory::kTokensG;
  chain.refuse(story.farmer(), verb, OfferTokens::NO_SUCH_MONEY);
  verb.money_asset = story.token();
  chain.refuse(story.farmer(), verb, OfferTokens::NO_SUCH_MONEY);
  verb.money_asset = story.money();
  chain.ok(story.farmer(), verb);
  verb.grams = 1;
  chain.refuse(story.farmer(), verb, OfferTokens::NOT_ENOUGH_TOKENS);
}

// However offers are made, accepted and taken back, what is free and what is on offer make up what
// each holds.
TEST(OfferTokens, property_free_and_on_offer_make_up_the_whole) {
  Chain chain;
  DeliveryStory story(chain);
  std::map<std::uint64_t, std::uint64_t> open;  // grams by offer
  std::uint64_t farmer_g = DeliveryStory::kTokensG;
  std::mt19937_64 random(903);
  for (int i = 0; i < 120; ++i) {
    if (open.empty() || random() % 2 == 0) {
      auto verb = story.tokens_offer(1 + random() % 6'000'000);
      verb.price_tiyn = 1 + random() % 1'000;
      if (verb.grams > test::available(chain, story.farmer(), story.token())) {
        chain.refuse(story.farmer(), verb, OfferTokens::NOT_ENOUGH_TOKENS);
      } else {
        open[chain.ok(story.farmer(), verb)] = verb.grams;
      }
    } else {
      const auto which =
          std::next(open.begin(), static_cast<std::ptrdiff_t>(random() % open.size()));
      if (random() % 3 == 0) {
        chain.ok(story.mill(), verbs::AcceptDelivery{which->first});
        farmer_g -= which->second;
      } else {
        chain.ok(story.farmer(), verbs::WithdrawDelivery{which->first});
      }
      open.erase(which);
    }
    std::uint64_t on_offer_g = 0;
    for (const auto& [id, grams] : open) on_offer_g += grams;
    ASSERT_EQ(test::available(chain, story.farmer(), story.token()) + on_offer_g, farmer_g);
    ASSERT_EQ(test::available(chain, story.mill(), story.token()),
              DeliveryStory::kTokensG - farmer_g);
  }
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::OfferTokens>([](sim::World& world, auto& draft) {
      if (!sim::owner_of(world, assets::v1::POOL_TOKEN, draft.party, draft.verb.token_asset))
        return false;
      draft.verb.grams = sim::some_of(world, draft.party, draft.verb.token_asset);
      draft.verb.buyer = world.trader_but(draft.party);
      draft.verb.money_asset = sim::usual_money(world);
      draft.verb.price_tiyn = sim::some_price_tiyn(world);
      return true;
    })
        .refuses(OfferTokens::NO_BUYER, [](sim::World&, auto& draft) { draft.verb.buyer = 0; })
        .refuses(OfferTokens::NO_GRAMS, [](sim::World&, auto& draft) { draft.verb.grams = 0; })
        .refuses(OfferTokens::NO_PRICE, [](sim::World&, auto& draft) { draft.verb.price_tiyn = 0; })
        .refuses(OfferTokens::PRICE_TOO_LARGE,
                 [](sim::World&, auto& draft) { draft.verb.price_tiyn = sim::kTooLarge; })
        .refuses(OfferTokens::BUYER_IS_SELLER,
                 [](sim::World&, auto& draft) { draft.verb.buyer = draft.party; })
        .refuses(OfferTokens::NO_SUCH_TOKEN,
                 [](sim::World& world, auto& draft) {
                   draft.verb.token_asset = sim::usual_money(world);
                 })
        .refuses(OfferTokens::NOT_ENOUGH_TOKENS,
                 [](sim::World&, auto& draft) { draft.verb.grams = sim::kTooLarge; })
        .refuses(OfferTokens::NO_SUCH_MONEY,
                 [](sim::World&, auto& draft) { draft.verb.money_asset = draft.verb.token_asset; });

}  // namespace
}  // namespace astyq::payments
