// SPDX-License-Identifier: Apache-2.0
// A holder offers a receipt to a named buyer for a price; nobody else can get it meanwhile.
#include "base/amount.h"
#include "modules/assets/assets.h"
#include "modules/payments/delivery.h"
#include "modules/receipts/receipts.h"
#include "payments/handlers.gen.h"

namespace astyq::payments {

using v1::OfferReceipt;

Refusal check(const OfferReceipt& tx, const Rules&) {
  if (tx.buyer() == 0) return OfferReceipt::NO_BUYER;
  if (tx.price_tiyn() == 0) return OfferReceipt::NO_PRICE;
  if (!Tiyn::of(tx.price_tiyn())) return OfferReceipt::PRICE_TOO_LARGE;
  return kAccepted;
}

Outcome apply(const OfferReceipt& tx, TxContext& ctx) {
  if (tx.buyer() == ctx.party()) return OfferReceipt::BUYER_IS_SELLER;
  const auto receipt = receipts::find(ctx, tx.receipt());
  if (!receipt) return OfferReceipt::NO_SUCH_RECEIPT;
  if (receipt->restricted().holder() != ctx.party()) return OfferReceipt::NOT_HOLDER;
  if (!receipts::is_free(*receipt)) return OfferReceipt::NOT_FREE;
  if (!assets::find_money(ctx, tx.money_asset())) return OfferReceipt::NO_SUCH_MONEY;

  receipts::reserve(ctx, tx.receipt());
  v1::DeliveryOffer offer =
      new_offer(ctx, {ctx.party(), tx.buyer(), tx.money_asset(), tx.price_tiyn()});
  offer.set_receipt(tx.receipt());
  return Outcome::created(open_offer(ctx, offer));
}

}  // namespace astyq::payments
