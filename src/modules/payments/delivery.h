// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "astyq/payments/v1/state.pb.h"
#include "ledger/context.h"

// Delivery offers: what the verbs about them share.
namespace astyq::payments {

// What every offer says of its buyer and price.
struct Terms {
  std::uint64_t seller;
  std::uint64_t buyer;
  std::uint64_t money_asset;
  std::uint64_t price_tiyn;
};

// An offer on these terms that stays open for rules.offer_days of running time; what is delivered
// is still to be filled in.
v1::DeliveryOffer new_offer(const View& view, const Terms& terms);

// Stores the offer and schedules its expiry. Returns its id.
std::uint64_t open_offer(View& view, const v1::DeliveryOffer& offer);

// Whether the offer's time is over. The job that ends it may come a block later.
bool has_expired(const View& view, const v1::DeliveryOffer& offer);

// Erases the offer and takes its job back. Requires: it is open and holds nothing any more.
void erase_offer(View& view, std::uint64_t delivery, const v1::DeliveryOffer& offer);

// Lets go what the offer held, and ends it. Requires: the offer is open.
void end_offer(View& view, std::uint64_t delivery);

}  // namespace astyq::payments
