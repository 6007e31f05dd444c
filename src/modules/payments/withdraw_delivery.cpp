// SPDX-License-Identifier: Apache-2.0
// The seller takes an offer back, or the buyer declines it; an expired one too, as its job would.
#include "modules/payments/delivery.h"
#include "payments/handlers.gen.h"
#include "payments/state.gen.h"

namespace astyq::payments {

using v1::WithdrawDelivery;

Refusal check(const WithdrawDelivery&, const Rules&) {
  return kAccepted;
}

Outcome apply(const WithdrawDelivery& tx, TxContext& ctx) {
  const auto offer = ctx.get(kDeliveryOffers(tx.delivery()));
  if (!offer) return WithdrawDelivery::NO_SUCH_OFFER;
  const v1::DeliveryOfferRestricted& parties = offer->restricted();
  if (parties.seller() != ctx.party() && parties.buyer() != ctx.party())
    return WithdrawDelivery::NOT_PARTY_TO_OFFER;

  end_offer(ctx, tx.delivery());
  return kAccepted;
}

}  // namespace astyq::payments
