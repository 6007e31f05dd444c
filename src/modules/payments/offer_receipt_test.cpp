// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "modules/receipts/receipts.h"
#include "payments/handlers.gen.h"
#include "payments/state.gen.h"
#include "sim/money_ways.h"
#include "sim/receipt_ways.h"
#include "support/authority_story.h"
#include "support/payments_story.h"

namespace astyq::payments {
namespace {

using test::Chain;
using test::DeliveryStory;
using v1::OfferReceipt;

bool is_reserved(const Chain& chain, std::uint64_t receipt) {
  return chain.read([&](const View& view) { return receipts::find(view, receipt)->reserved(); });
}

TEST(OfferReceipt, story) {
  Chain chain;
  DeliveryStory story(chain);
  const std::uint64_t id = chain.ok(story.farmer(), story.receipt_offer());
  const auto row = chain.get(kDeliveryOffers(id));
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->receipt(), story.receipt());
  EXPECT_EQ(row->token_asset(), 0u);
  EXPECT_EQ(row->money_asset(), story.money());
  EXPECT_EQ(row->restricted().seller(), story.farmer().party);
  EXPECT_EQ(row->restricted().buyer(), story.mill().party);
  EXPECT_EQ(row->restricted().price_tiyn(), DeliveryStory::kPriceTiyn);
  EXPECT_EQ(row->restricted().lock(), 0u);
  EXPECT_TRUE(is_reserved(chain, story.receipt()));
}

TEST(OfferReceipt, refusals_in_order) {
  Chain chain;
  DeliveryStory story(chain);
  const auto stranger = chain.company("Stranger");
  auto verb = verbs::OfferReceipt{.receipt = 99, .buyer = 0, .money_asset = 99, .price_tiyn = 0};
  chain.refuse(stranger, verb, OfferReceipt::NO_BUYER);
  verb.buyer = stranger.party;
  chain.refuse(stranger, verb, OfferReceipt::NO_PRICE);
  verb.price_tiyn = std::uint64_t{1} << 63;
  chain.refuse(stranger, verb, OfferReceipt::PRICE_TOO_LARGE);
  verb.price_tiyn = 1;
  chain.refuse(stranger, verb, OfferReceipt::BUYER_IS_SELLER);
  verb.buyer = story.mill().party;
  chain.refuse(stranger, verb, OfferReceipt::NO_SUCH_RECEIPT);
  verb.receipt = story.receipt();
  chain.refuse(stranger, verb, OfferReceipt::NOT_HOLDER);
  const std::uint64_t act = test::act_about(chain, story.farmer());
  const std::uint64_t lifting_act = test::act_about(chain, story.farmer());
  chain.ok(chain.registrar(), verbs::BlockReceipt{story.receipt(), act});
  chain.refuse(story.farmer(), verb, OfferReceipt::NOT_FREE);
  chain.ok(chain.registrar(), verbs::UnblockReceipt{story.receipt(), lifting_act});
  chain.refuse(story.farmer(), verb, OfferReceipt::NO_SUCH_MONEY);
  verb.money_asset = story.token();  // grain is no money
  chain.refuse(story.farmer(), verb, OfferReceipt::NO_SUCH_MONEY);
  verb.money_asset = story.money();
  chain.ok(story.farmer(), verb);
  chain.refuse(story.farmer(), verb, OfferReceipt::NOT_FREE);
}

// However offers are made, accepted and taken back, a receipt is on one offer at most, and reserved
// just then.
TEST(OfferReceipt, property_one_offer_a_receipt) {
  Chain chain;
  DeliveryStory story(chain);
  std::vector<test::Actor> parties{story.farmer(), story.mill()};
  story.bank().issue(story.farmer(), DeliveryStory::kMoneyTiyn);
  std::size_t holder = 0;
  std::uint64_t offer = 0;
  std::mt19937 random(902);
  for (int i = 0; i < 80; ++i) {
    const auto& seller = parties[holder];
    const auto& buyer = parties[1 - holder];
    auto verb = story.receipt_offer();
    verb.buyer = buyer.party;
    verb.price_tiyn = 1 + random() % 100;
    switch (random() % 4) {
      case 0:
        if (offer == 0) {
          offer = chain.ok(seller, verb);
        } else {
          chain.refuse(seller, verb, OfferReceipt::NOT_FREE);
        }
        break;
      case 1:
        verb.buyer = seller.party;
        chain.refuse(buyer, verb, OfferReceipt::NOT_HOLDER);
        break;
      case 2:
        if (offer == 0) break;
        chain.ok(buyer, verbs::AcceptDelivery{offer});
        holder = 1 - holder;
        offer = 0;
        break;
      default:
        if (offer == 0) break;
        chain.ok(random() % 2 == 0 ? seller : buyer, verbs::WithdrawDelivery{offer});
        offer = 0;
    }
    ASSERT_EQ(is_reserved(chain, story.receipt()), offer != 0);
  }
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::OfferReceipt>([](sim::World& world, auto& draft) {
      const auto* entry = world.receipts.pick(world.dice, [&](const auto& row) {
        return sim::is_free(row) && !world.is_frozen(row.restricted().holder());
      });
      if (entry == nullptr) return false;
      draft.party = entry->second.restricted().holder();
      draft.verb = {entry->first.first, world.trader_but(draft.party), sim::usual_money(world),
                    sim::some_price_tiyn(world)};
      return true;
    })
        .refuses(OfferReceipt::NO_BUYER, [](sim::World&, auto& draft) { draft.verb.buyer = 0; })
        .refuses(OfferReceipt::NO_PRICE,
                 [](sim::World&, auto& draft) { draft.verb.price_tiyn = 0; })
        .refuses(OfferReceipt::PRICE_TOO_LARGE,
                 [](sim::World&, auto& draft) { draft.verb.price_tiyn = sim::kTooLarge; })
        .refuses(OfferReceipt::BUYER_IS_SELLER,
                 [](sim::World&, auto& draft) { draft.verb.buyer = draft.party; })
        .refuses(OfferReceipt::NO_SUCH_RECEIPT, sim::kNoReceipt)
        .refuses(OfferReceipt::NOT_HOLDER,
                 [](sim::World&, auto& draft) { std::swap(draft.party, draft.verb.buyer); })
        .refuses_instead(
            OfferReceipt::NOT_FREE,
            [](sim::World& world, auto& draft) {
              const auto* entry = world.receipts.pick(world.dice, [&](const auto& row) {
                return !sim::is_free(row) && !world.is_frozen(row.restricted().holder());
              });
              if (entry == nullptr) return false;
              draft.party = entry->second.restricted().holder();
              draft.verb = {entry->first.first, world.trader_but(draft.party), 1, 1};
              return true;
            })
        .refuses(OfferReceipt::NO_SUCH_MONEY,
                 [](sim::World&, auto& draft) { draft.verb.money_asset = sim::kNobody; });

}  // namespace
}  // namespace astyq::payments
