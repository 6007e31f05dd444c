// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

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
using v1::AcceptDelivery;

std::uint64_t holder_of(const Chain& chain, std::uint64_t receipt) {
  return chain.read(
      [&](const View& view) { return receipts::find(view, receipt)->restricted().holder(); });
}

TEST(AcceptDelivery, story_of_a_receipt) {
  Chain chain;
  DeliveryStory story(chain);
  const std::uint64_t offer = chain.ok(story.farmer(), story.receipt_offer());
  chain.ok(story.mill(), verbs::AcceptDelivery{offer});
  EXPECT_EQ(holder_of(chain, story.receipt()), story.mill().party);
  EXPECT_TRUE(chain.read(
      [&](const View& view) { return receipts::is_free(*receipts::find(view, story.receipt())); }));
  EXPECT_EQ(test::available(chain, story.farmer(), story.money()), DeliveryStory::kPriceTiyn);
  EXPECT_EQ(test::available(chain, story.mill(), story.money()),
            DeliveryStory::kMoneyTiyn - DeliveryStory::kPriceTiyn);
  EXPECT_FALSE(chain.get(kDeliveryOffers(offer)).has_value());
  // The offer's job finds nothing to do.
  story.wait_until_before_expiry(-kSecondNs);
  EXPECT_EQ(holder_of(chain, story.receipt()), story.mill().party);
}

TEST(AcceptDelivery, story_of_tokens) {
  Chain chain;
  DeliveryStory story(chain);
  const std::uint64_t offer = chain.ok(story.farmer(), story.tokens_offer(12'000'000));
  chain.ok(story.mill(), verbs::AcceptDelivery{offer});
  EXPECT_EQ(test::available(chain, story.farmer(), story.token()), 18'000'000u);
  EXPECT_EQ(test::available(chain, story.mill(), story.token()), 12'000'000u);
  EXPECT_EQ(test::available(chain, story.farmer(), story.money()), DeliveryStory::kPriceTiyn);
  EXPECT_FALSE(chain.get(kDeliveryOffers(offer)).has_value());
}

TEST(AcceptDelivery, refusals_in_order) {
  Chain chain;
  DeliveryStory story(chain);
  auto terms = story.receipt_offer();
  terms.price_tiyn = DeliveryStory::kMoneyTiyn + 1;
  const std::uint64_t offer = chain.ok(story.farmer(), terms);
  const verbs::AcceptDelivery verb{offer};
  chain.refuse(story.mill(), verbs::AcceptDelivery{99}, AcceptDelivery::NO_SUCH_OFFER);
  chain.refuse(story.farmer(), verb, AcceptDelivery::NOT_BUYER);

  const std::uint64_t act = test::act_about(chain, story.farmer());
  const std::uint64_t lifting_act = test::act_about(chain, story.farmer());
  chain.ok(chain.registrar(), verbs::BlockReceipt{story.receipt(), act});
  chain.ok(chain.registrar(), verbs::FreezeParty{story.farmer().party, act});
  chain.refuse(story.mill(), verb, AcceptDelivery::SELLER_FROZEN);
  chain.ok(chain.registrar(), verbs::ReleaseParty{story.farmer().party, lifting_act});
  chain.refuse(story.mill(), verb, AcceptDelivery::RECEIPT_BLOCKED);
  chain.ok(chain.registrar(), verbs::UnblockReceipt{story.receipt(), lifting_act});
  chain.refuse(story.mill(), verb, AcceptDelivery::NOT_ENOUGH_MONEY);
  story.bank().issue(story.mill(), 1);
  chain.ok(story.mill(), verb);
  chain.refuse(story.mill(), verb, AcceptDelivery::NO_SUCH_OFFER);
}

// In the block in which an offer expires its row still stands, since jobs come last: the buyer is
// refused all the same, then the job lets go what it held.
TEST(AcceptDelivery, expiry_is_judged_at_use) {
  Chain chain;
  DeliveryStory story(chain);
  const std::uint64_t offer = chain.ok(story.farmer(), story.receipt_offer());
  const std::uint64_t in_time = chain.ok(story.farmer(), story.tokens_offer(1'000));
  story.wait_until_before_expiry(10 * kSecondNs);
  chain.ok(story.mill(), verbs::AcceptDelivery{in_time});
  ASSERT_TRUE(chain.get(kDeliveryOffers(offer)).has_value());
  const auto late = chain.sign(chain.body(story.mill(), {verbs::AcceptDelivery{offer}.operation()}),
                               story.mill());
  const auto result = chain.block({late}, 11 * kSecondNs);
  EXPECT_EQ(result.members.at(0).operations.at(0).refusal, AcceptDelivery::OFFER_EXPIRED);
  EXPECT_FALSE(chain.get(kDeliveryOffers(offer)).has_value());
  EXPECT_EQ(holder_of(chain, story.receipt()), story.farmer().party);
  chain.ok(story.farmer(), story.receipt_offer());  // free again
}

// Both legs or none: the buyer's money and the grain change hands together, for prices around what
// he has.
TEST(AcceptDelivery, property_both_legs_or_none) {
  Chain chain;
  DeliveryStory story(chain);
  std::mt19937_64 random(904);
  int accepted = 0;
  for (int i = 0; i < 60; ++i) {
    const std::uint64_t money_tiyn = test::available(chain, story.mill(), story.money());
    const std::uint64_t tokens_g = test::available(chain, story.mill(), story.token());
    auto terms = story.tokens_offer(1 + random() % 400'000);
    terms.price_tiyn = 1 + random() % (DeliveryStory::kMoneyTiyn / 5);
    const std::uint64_t offer = chain.ok(story.farmer(), terms);
    const auto result = chain.apply(story.mill(), verbs::AcceptDelivery{offer}.operation());
    const bool can_pay = terms.price_tiyn <= money_tiyn;
    ASSERT_EQ(result.refusal, can_pay ? kAccepted : Refusal(AcceptDelivery::NOT_ENOUGH_MONEY));
    EXPECT_EQ(test::available(chain, story.mill(), story.money()),
              money_tiyn - (can_pay ? terms.price_tiyn : 0));
    EXPECT_EQ(test::available(chain, story.mill(), story.token()),
              tokens_g + (can_pay ? terms.grams : 0));
    accepted += can_pay ? 1 : 0;
    if (!can_pay) chain.ok(story.farmer(), verbs::WithdrawDelivery{offer});
  }
  EXPECT_GT(accepted, 5);
  EXPECT_LT(accepted, 60);
}

// A delivery on offer that fits; the draft is its buyer's.
template <typename Fits>
bool delivery_where(sim::World& world, sim::Draft<verbs::AcceptDelivery>& draft, Fits fits) {
  const auto* entry = world.deliveries.pick(world.dice, [&](const auto& row) {
    return !world.is_frozen(row.restricted().buyer()) && fits(row);
  });
  if (entry == nullptr) return false;
  draft = {entry->second.restricted().buyer(), {entry->first.first}};
  return true;
}

bool is_open(sim::World& world, const v1::DeliveryOffer& row) {
  return row.expires_at_running_ns() > world.running_ns();
}

bool seller_acts(sim::World& world, const v1::DeliveryOffer& row) {
  return !world.is_frozen(row.restricted().seller());
}

bool receipt_is_blocked(sim::World& world, const v1::DeliveryOffer& row) {
  return row.receipt() != 0 && world.receipts.find(row.receipt())->blocked_by_act() != 0;
}

bool can_pay(sim::World& world, const v1::DeliveryOffer& row) {
  return world.balance(row.restricted().buyer(), row.money_asset()) >=
         row.restricted().price_tiyn();
}

// What the random run does with the verb.
const auto kPage =
    sim::Page<verbs::AcceptDelivery>([](sim::World& world, auto& draft) {
      return delivery_where(world, draft, [&](const auto& row) {
        return is_open(world, row) && seller_acts(world, row) && !receipt_is_blocked(world, row) &&
               can_pay(world, row);
      });
    })
        .refuses(AcceptDelivery::NO_SUCH_OFFER,
                 [](sim::World&, auto& draft) { draft.verb.delivery = sim::kNobody; })
        .refuses(AcceptDelivery::NOT_BUYER, sim::kSomebodyElse)
        .refuses_instead(AcceptDelivery::OFFER_EXPIRED,
                         [](sim::World& world, auto& draft) {
                           return delivery_where(
                               world, draft, [&](const auto& row) { return !is_open(world, row); });
                         })
        .refuses_instead(AcceptDelivery::SELLER_FROZEN,
                         [](sim::World& world, auto& draft) {
                           return delivery_where(world, draft, [&](const auto& row) {
                             return is_open(world, row) && !seller_acts(world, row);
                           });
                         })
        .refuses_instead(AcceptDelivery::RECEIPT_BLOCKED,
                         [](sim::World& world, auto& draft) {
                           return delivery_where(world, draft, [&](const auto& row) {
                             return is_open(world, row) && seller_acts(world, row) &&
                                    receipt_is_blocked(world, row);
                           });
                         })
        .refuses_instead(AcceptDelivery::NOT_ENOUGH_MONEY, [](sim::World& world, auto& draft) {
          return delivery_where(world, draft, [&](const auto& row) {
            return is_open(world, row) && seller_acts(world, row) &&
                   !receipt_is_blocked(world, row) && !can_pay(world, row);
          });
        });

}  // namespace
}  // namespace astyq::payments
