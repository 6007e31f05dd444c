// SPDX-License-Identifier: Apache-2.0
#include "modules/elevators/elevators.h"
#include "modules/receipts/receipt_parts.h"
#include "modules/receipts/receipts.h"
#include "modules/receipts/redemption.h"
#include "receipts/state.gen.h"

namespace astyq::receipts {

void expire_transfer_offer(View& view, std::uint64_t receipt) {
  const auto offer = view.get(kTransferOffers(receipt));
  // A newer offer of the same receipt has a job of its own.
  if (!offer || !has_ended(view, offer->expires_at_running_ns())) return;
  lapse_transfer_offer(view, receipt);
}

void expire_redemption_order(View& view, std::uint64_t receipt) {
  const v1::Receipt row = view.require(kReceipts(receipt));
  if (row.state() != v1::REDEMPTION_PENDING) return;
  if (!has_ended(view, row.redemption_expires_at_running_ns())) return;
  const auto permit = elevators::find_permit(view, receipt);
  ASTYQ_CHECK(permit.has_value());
  // Once a truck has left, the rest is owed to the receiver and the order stands until all has
  // left.
  if (permit->released_kg() > 0) return;
  end_redemption_order(view, receipt);
}

}  // namespace astyq::receipts
