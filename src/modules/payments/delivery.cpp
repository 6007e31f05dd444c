// SPDX-License-Identifier: Apache-2.0
#include "modules/payments/delivery.h"

#include "modules/assets/assets.h"
#include "modules/payments/payments.h"
#include "modules/receipts/receipts.h"
#include "payments/state.gen.h"

namespace astyq::payments {

v1::DeliveryOffer new_offer(const View& view, const Terms& terms) {
  v1::DeliveryOffer offer;
  offer.set_money_asset(terms.money_asset);
  offer.set_expires_at_running_ns(view.time().running_ns + view.rules().offer_days() * kDayNs);
  offer.mutable_restricted()->set_seller(terms.seller);
  offer.mutable_restricted()->set_buyer(terms.buyer);
  offer.mutable_restricted()->set_price_tiyn(terms.price_tiyn);
  return offer;
}

std::uint64_t open_offer(View& view, const v1::DeliveryOffer& offer) {
  ASTYQ_CHECK((offer.receipt() != 0) != (offer.restricted().lock() != 0));
  const std::uint64_t delivery = view.add(kDeliveryOffers, offer);
  view.schedule(ledger::v1::EXPIRE_DELIVERY_OFFER, delivery, offer.expires_at_running_ns());
  return delivery;
}

bool has_expired(const View& view, const v1::DeliveryOffer& offer) {
  return view.time().running_ns >= offer.expires_at_running_ns();
}

void erase_offer(View& view, std::uint64_t delivery, const v1::DeliveryOffer& offer) {
  view.cancel(ledger::v1::EXPIRE_DELIVERY_OFFER, delivery, offer.expires_at_running_ns());
  view.erase(kDeliveryOffers(delivery));
}

void end_offer(View& view, std::uint64_t delivery) {
  const v1::DeliveryOffer offer = view.require(kDeliveryOffers(delivery));
  ASTYQ_CHECK((offer.receipt() != 0) != (offer.restricted().lock() != 0));
  if (offer.receipt() != 0) {
    receipts::end_reservation(view, offer.receipt());
  } else {
    assets::unlock(view, offer.restricted().lock());
  }
  erase_offer(view, delivery, offer);
}

void expire_delivery_offer(View& view, std::uint64_t delivery) {
  if (view.exists(kDeliveryOffers(delivery))) end_offer(view, delivery);
}

}  // namespace astyq::payments
