// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "modules/receipts/receipts.h"
#include "payments/handlers.gen.h"
#include "payments/state.gen.h"
#include "sim/book.h"
#include "support/authority_story.h"
#include "support/payments_story.h"

namespace astyq::payments {
namespace {

using test::Chain;
using test::DeliveryStory;
using v1::WithdrawDelivery;

bool is_free(const Chain& chain, std::uint64_t receipt) {
  return chain.read(
      [&](const View& view) { return receipts::is_free(*receipts::find(view, receipt)); });
}

TEST(WithdrawDelivery, story) {
  Chain chain;
  DeliveryStory story(chain);
  const std::uint64_t of_receipt = chain.ok(story.farmer(), story.receipt_offer());
  const std::uint64_t of_tokens = chain.ok(story.farmer(), story.tokens_offer(30'000'000));
  EXPECT_EQ(test::available(chain, story.farmer(), story.token()), 0u);
  chain.ok(story.farmer(), verbs::WithdrawDelivery{of_receipt});  // the seller thinks better of it
  chain.ok(story.mill(), verbs::WithdrawDelivery{of_tokens});     // the buyer declines
  EXPECT_TRUE(is_free(chain, story.receipt()));
  EXPECT_EQ(test::available(chain, story.farmer(), story.token()), 30'000'000u);
  EXPECT_EQ(test::available(chain, story.mill(), story.money()), DeliveryStory::kMoneyTiyn);
  EXPECT_FALSE(chain.get(kDeliveryOffers(of_receipt)).has_value());
  EXPECT_FALSE(chain.get(kDeliveryOffers(of_tokens)).has_value());
}

// A block on the receipt hinders its sale, not the end of its offer.
TEST(WithdrawDelivery, of_a_blocked_receipt) {
  Chain chain;
  DeliveryStory story(chain);
  const std::uint64_t offer = chain.ok(story.farmer(), story.receipt_offer());
  const std::uint64_t act = test::act_about(chain, story.farmer());
  const std::uint64_t lifting_act = test::act_about(chain, story.farmer());
  chain.ok(chain.registrar(), verbs::BlockReceipt{story.receipt(), act});
  chain.ok(story.farmer(), verbs::WithdrawDelivery{offer});
  EXPECT_FALSE(is_free(chain, story.receipt()));
  chain.ok(chain.registrar(), verbs::UnblockReceipt{story.receipt(), lifting_act});
  EXPECT_TRUE(is_free(chain, story.receipt()));
}

TEST(WithdrawDelivery, refusals_in_order) {
  Chain chain;
  DeliveryStory story(chain);
  const auto stranger = chain.company("Stranger");
  const std::uint64_t offer = chain.ok(story.farmer(), story.receipt_offer());
  chain.refuse(stranger, verbs::WithdrawDelivery{0}, WithdrawDelivery::NO_SUCH_OFFER);
  chain.refuse(stranger, verbs::WithdrawDelivery{offer}, WithdrawDelivery::NOT_PARTY_TO_OFFER);
  chain.ok(story.mill(), verbs::WithdrawDelivery{offer});
  chain.refuse(story.farmer(), verbs::WithdrawDelivery{offer}, WithdrawDelivery::NO_SUCH_OFFER);
}

// Offers that nobody ends end by themselves, each in its time, and leave everything as it was.
TEST(WithdrawDelivery, property_every_offer_expires) {
  Chain chain;
  DeliveryStory story(chain);
  std::vector<std::uint64_t> offers{chain.ok(story.farmer(), story.receipt_offer())};
  for (std::uint64_t grams = 1; grams < 10'000'000; grams *= 10) {
    chain.wait(600 * kSecondNs);
    offers.push_back(chain.ok(story.farmer(), story.tokens_offer(grams)));
  }
  story.wait_until_before_expiry(3'600 * kSecondNs);
  EXPECT_FALSE(chain.get(kDeliveryOffers(offers.front())).has_value());
  EXPECT_TRUE(chain.get(kDeliveryOffers(offers.back())).has_value());
  chain.wait(3'600 * kSecondNs);
  for (const std::uint64_t offer : offers)
    EXPECT_FALSE(chain.get(kDeliveryOffers(offer)).has_value());
  EXPECT_TRUE(is_free(chain, story.receipt()));
  EXPECT_EQ(test::available(chain, story.farmer(), story.token()), DeliveryStory::kTokensG);
  EXPECT_EQ(test::available(chain, story.farmer(), story.money()), 0u);
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::WithdrawDelivery>([](sim::World& world, auto& draft) {
      const auto* entry = world.deliveries.pick(world.dice, [](const auto&) { return true; });
      if (entry == nullptr) return false;
      const auto& sides = entry->second.restricted();
      draft.party = world.dice.percent(50) ? sides.seller() : sides.buyer();
      draft.verb.delivery = entry->first.first;
      return !world.is_frozen(draft.party);
    })
        .refuses(WithdrawDelivery::NO_SUCH_OFFER,
                 [](sim::World&, auto& draft) { draft.verb.delivery = sim::kNobody; })
        .refuses(WithdrawDelivery::NOT_PARTY_TO_OFFER, [](sim::World& world, auto& draft) {
          const auto& sides = world.deliveries.find(draft.verb.delivery)->restricted();
          draft.party = world.trader();
          return draft.party != sides.seller() && draft.party != sides.buyer();
        });

}  // namespace
}  // namespace astyq::payments
