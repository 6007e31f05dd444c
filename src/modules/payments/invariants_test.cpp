// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "modules/assets/assets.h"
#include "modules/payments/payments.h"
#include "modules/receipts/receipts.h"
#include "payments/handlers.gen.h"
#include "payments/state.gen.h"
#include "support/payments_story.h"

namespace astyq::payments {
namespace {

using base::v1::INVARIANT_OFFER_HOLDS;

// One offer of a receipt and one of 12 t of tokens; every test breaks one thing.
struct PaymentsInvariants : testing::Test {
  test::Chain chain;
  test::DeliveryStory story{chain};
  std::uint64_t second_receipt = story.pools().receipt(story.farmer(), 1'000);
  std::uint64_t of_receipt = chain.ok(story.farmer(), story.receipt_offer());
  std::uint64_t of_tokens = chain.ok(story.farmer(), story.tokens_offer(12'000'000));
  v1::DeliveryOffer receipt_row = *chain.get(kDeliveryOffers(of_receipt));
  v1::DeliveryOffer tokens_row = *chain.get(kDeliveryOffers(of_tokens));

  template <typename Write>
  Refusal after(Write write) const {
    return chain.after_writing(check_invariants, write);
  }
};

TEST_F(PaymentsInvariants, an_offer_never_changes) {
  EXPECT_EQ(after([&](View& view) {
              receipt_row.mutable_restricted()->set_price_tiyn(1);
              view.put(kDeliveryOffers(of_receipt), receipt_row);
            }),
            INVARIANT_OFFER_HOLDS);
}

TEST_F(PaymentsInvariants, an_offer_holds_its_receipt) {
  receipt_row.set_receipt(second_receipt);
  EXPECT_EQ(after([&](View& view) {
              receipts::reserve(view, second_receipt);
              view.add(kDeliveryOffers, receipt_row);
            }),
            kAccepted);
  EXPECT_EQ(after([&](View& view) { view.add(kDeliveryOffers, receipt_row); }),
            INVARIANT_OFFER_HOLDS);
  receipt_row.mutable_restricted()->set_seller(story.bank().issuer().party);
  EXPECT_EQ(after([&](View& view) {
              receipts::reserve(view, second_receipt);
              view.add(kDeliveryOffers, receipt_row);
            }),
            INVARIANT_OFFER_HOLDS);
}

TEST_F(PaymentsInvariants, an_offer_holds_its_tokens) {
  const auto offered = [&](std::uint64_t locked_g, auto how) {
    return after([&](View& view) {
      v1::DeliveryOffer row = tokens_row;
      row.mutable_restricted()->set_lock(
          assets::lock(view, story.token(), story.farmer().party, locked_g));
      how(row);
      view.add(kDeliveryOffers, row);
    });
  };
  const auto as_it_is = [](v1::DeliveryOffer&) {};
  EXPECT_EQ(offered(12'000'000, as_it_is), kAccepted);
  EXPECT_EQ(offered(11'999'999, as_it_is), INVARIANT_OFFER_HOLDS);
  EXPECT_EQ(offered(12'000'001, as_it_is), INVARIANT_OFFER_HOLDS);
  const std::uint64_t mill = story.mill().party;
  const std::uint64_t money = story.money();
  EXPECT_EQ(
      offered(12'000'000, [](v1::DeliveryOffer& row) { row.mutable_restricted()->set_lock(0); }),
      INVARIANT_OFFER_HOLDS);
  EXPECT_EQ(offered(12'000'000,
                    [mill](v1::DeliveryOffer& row) { row.mutable_restricted()->set_seller(mill); }),
            INVARIANT_OFFER_HOLDS);
  EXPECT_EQ(offered(12'000'000, [money](v1::DeliveryOffer& row) { row.set_token_asset(money); }),
            INVARIANT_OFFER_HOLDS);
  EXPECT_EQ(offered(12'000'000,
                    [](v1::DeliveryOffer& row) { row.mutable_restricted()->set_price_tiyn(0); }),
            INVARIANT_OFFER_HOLDS);
}

TEST_F(PaymentsInvariants, what_is_gone_holds_nothing) {
  EXPECT_EQ(after([&](View& view) { expire_delivery_offer(view, of_receipt); }), kAccepted);
  EXPECT_EQ(after([&](View& view) { expire_delivery_offer(view, of_tokens); }), kAccepted);
  EXPECT_EQ(after([&](View& view) { view.erase(kDeliveryOffers(of_receipt)); }),
            INVARIANT_OFFER_HOLDS);
  EXPECT_EQ(after([&](View& view) { view.erase(kDeliveryOffers(of_tokens)); }),
            INVARIANT_OFFER_HOLDS);
}

}  // namespace
}  // namespace astyq::payments
