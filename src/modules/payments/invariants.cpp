// SPDX-License-Identifier: Apache-2.0
#include "modules/assets/assets.h"
#include "modules/payments/payments.h"
#include "modules/receipts/receipts.h"
#include "payments/handlers.gen.h"
#include "payments/state.gen.h"

namespace astyq::payments {
namespace {

bool is_reserved(const View& view, std::uint64_t receipt) {
  const auto row = receipts::find(view, receipt);
  return row && row->reserved();
}

// Whether just what the offer promises stands apart for it.
bool holds_what_it_offers(const View& view, const v1::DeliveryOffer& offer) {
  const v1::DeliveryOfferRestricted& parties = offer.restricted();
  if (parties.seller() == parties.buyer() || parties.price_tiyn() == 0) return false;
  if (offer.receipt() != 0) {
    const auto row = receipts::find(view, offer.receipt());
    return offer.token_asset() == 0 && parties.lock() == 0 && row && row->reserved() &&
           row->restricted().holder() == parties.seller();
  }
  const auto lock = assets::find_lock(view, parties.lock());
  return lock && lock->asset() == offer.token_asset() &&
         lock->restricted().party() == parties.seller() &&
         lock->restricted().amount() == parties.grams();
}

bool holds_nothing(const View& view, const v1::DeliveryOffer& offer) {
  if (offer.receipt() != 0) return !is_reserved(view, offer.receipt());
  return !assets::find_lock(view, offer.restricted().lock());
}

}  // namespace

// An offer never changes; while it stands, what it offers is held, and once it is gone no more.
Refusal check_invariants(const Delta& delta, const View& view) {
  return delta.each(kDeliveryOffers,
                    [&view](std::uint64_t, const auto& before, const auto& after) -> Refusal {
                      if (before && after) return base::v1::INVARIANT_OFFER_HOLDS;
                      if (after && !holds_what_it_offers(view, *after))
                        return base::v1::INVARIANT_OFFER_HOLDS;
                      if (before && !holds_nothing(view, *before))
                        return base::v1::INVARIANT_OFFER_HOLDS;
                      return kAccepted;
                    });
}

}  // namespace astyq::payments
