// SPDX-License-Identifier: Apache-2.0
// A holder thinks better of a redemption before any grain has left.
#include "modules/elevators/elevators.h"
#include "modules/receipts/receipt_parts.h"
#include "modules/receipts/receipts.h"
#include "modules/receipts/redemption.h"
#include "receipts/handlers.gen.h"
#include "receipts/state.gen.h"

namespace astyq::receipts {

using v1::CancelRedemption;

Refusal check(const CancelRedemption&, const Rules&) {
  return kAccepted;
}

Outcome apply(const CancelRedemption& tx, TxContext& ctx) {
  const auto receipt = find(ctx, tx.receipt());
  if (!receipt) return CancelRedemption::NO_SUCH_RECEIPT;
  if (!is_holder(ctx, *receipt)) return CancelRedemption::NOT_HOLDER;
  if (receipt->state() != v1::REDEMPTION_PENDING) return CancelRedemption::NO_ORDER;
  const auto permit = elevators::find_permit(ctx, tx.receipt());
  ASTYQ_CHECK(permit.has_value());
  if (permit->released_kg() > 0) return CancelRedemption::GRAIN_HAS_LEFT;

  end_redemption_order(ctx, tx.receipt());
  return kAccepted;
}

}  // namespace astyq::receipts
