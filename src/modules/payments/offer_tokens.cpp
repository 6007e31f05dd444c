// SPDX-License-Identifier: Apache-2.0
// A holder offers grams of a pool's tokens to a named buyer for a price; they stay locked
// meanwhile.
#include "base/amount.h"
#include "modules/assets/assets.h"
#include "modules/payments/delivery.h"
#include "payments/handlers.gen.h"

namespace astyq::payments {

using v1::OfferTokens;

Refusal check(const OfferTokens& tx, const Rules&) {
  if (tx.buyer() == 0) return OfferTokens::NO_BUYER;
  if (tx.grams() == 0) return OfferTokens::NO_GRAMS;
  if (tx.price_tiyn() == 0) return OfferTokens::NO_PRICE;
  if (!Tiyn::of(tx.price_tiyn())) return OfferTokens::PRICE_TOO_LARGE;
  return kAccepted;
}

Outcome apply(const OfferTokens& tx, TxContext& ctx) {
  if (tx.buyer() == ctx.party()) return OfferTokens::BUYER_IS_SELLER;
  const auto token = assets::find(ctx, tx.token_asset());
  if (!token || token->kind() != assets::v1::POOL_TOKEN) return OfferTokens::NO_SUCH_TOKEN;
  if (assets::available(ctx, ctx.party(), tx.token_asset()) < tx.grams())
    return OfferTokens::NOT_ENOUGH_TOKENS;
  if (!assets::find_money(ctx, tx.money_asset())) return OfferTokens::NO_SUCH_MONEY;

  v1::DeliveryOffer offer =
      new_offer(ctx, {ctx.party(), tx.buyer(), tx.money_asset(), tx.price_tiyn()});
  offer.set_token_asset(tx.token_asset());
  offer.mutable_restricted()->set_grams(tx.grams());
  offer.mutable_restricted()->set_lock(
      assets::lock(ctx, tx.token_asset(), ctx.party(), tx.grams()));
  return Outcome::created(open_offer(ctx, offer));
}

}  // namespace astyq::payments
