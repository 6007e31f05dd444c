// SPDX-License-Identifier: Apache-2.0
// The buyer pays and gets what was offered: delivery versus payment, both in one operation or
// neither.
#include "modules/assets/assets.h"
#include "modules/identity/identity.h"
#include "modules/payments/delivery.h"
#include "modules/receipts/receipts.h"
#include "payments/handlers.gen.h"
#include "payments/state.gen.h"

namespace astyq::payments {

using v1::AcceptDelivery;

namespace {

// A court or a ministry may block a receipt that stands reserved for an offer.
bool is_deliverable(const View& view, std::uint64_t receipt) {
  auto row = receipts::find(view, receipt);
  ASTYQ_CHECK(row && row->reserved());
  row->set_reserved(false);
  return receipts::is_free(*row);
}

void deliver(View& view, const v1::DeliveryOffer& offer) {
  const v1::DeliveryOfferRestricted& parties = offer.restricted();
  if (offer.receipt() != 0) {
    receipts::end_reservation(view, offer.receipt());
    receipts::give(view, offer.receipt(), parties.buyer());
  } else {
    assets::move_locked(view, parties.lock(), parties.buyer());
  }
}

}  // namespace

Refusal check(const AcceptDelivery&, const Rules&) {
  return kAccepted;
}

Outcome apply(const AcceptDelivery& tx, TxContext& ctx) {
  const auto offer = ctx.get(kDeliveryOffers(tx.delivery()));
  if (!offer) return AcceptDelivery::NO_SUCH_OFFER;
  const v1::DeliveryOfferRestricted& parties = offer->restricted();
  if (parties.buyer() != ctx.party()) return AcceptDelivery::NOT_BUYER;
  if (has_expired(ctx, *offer)) return AcceptDelivery::OFFER_EXPIRED;
  if (identity::is_frozen(ctx, parties.seller())) return AcceptDelivery::SELLER_FROZEN;
  if (offer->receipt() != 0 && !is_deliverable(ctx, offer->receipt()))
    return AcceptDelivery::RECEIPT_BLOCKED;
  if (assets::available(ctx, ctx.party(), offer->money_asset()) < parties.price_tiyn())
    return AcceptDelivery::NOT_ENOUGH_MONEY;

  deliver(ctx, *offer);
  assets::move(ctx, offer->money_asset(), parties.buyer(), parties.seller(), parties.price_tiyn());
  erase_offer(ctx, tx.delivery(), *offer);
  return kAccepted;
}

}  // namespace astyq::payments
