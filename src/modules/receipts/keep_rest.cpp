// SPDX-License-Identifier: Apache-2.0
// No more trucks come, and the holder ends a redemption half way: he confirms what has left, and
// the elevator owes him the rest on a receipt of its own.
#include "modules/elevators/elevators.h"
#include "modules/receipts/receipt_parts.h"
#include "modules/receipts/receipts.h"
#include "modules/receipts/redemption.h"
#include "receipts/handlers.gen.h"
#include "receipts/state.gen.h"

namespace astyq::receipts {

using v1::KeepRest;

Refusal check(const KeepRest&, const Rules&) {
  return kAccepted;
}

Outcome apply(const KeepRest& tx, TxContext& ctx) {
  const auto receipt = find(ctx, tx.receipt());
  if (!receipt) return KeepRest::NO_SUCH_RECEIPT;
  if (!is_holder(ctx, *receipt)) return KeepRest::NOT_HOLDER;
  if (receipt->state() != v1::REDEMPTION_PENDING) return KeepRest::NO_ORDER;
  if (receipt->blocked_by_act() != 0) return KeepRest::BLOCKED;
  const auto permit = elevators::find_permit(ctx, tx.receipt());
  ASTYQ_CHECK(permit.has_value() && permit->kg() == receipt->kg());
  if (permit->released_kg() == 0) return KeepRest::NOTHING_HAS_LEFT;
  if (permit->released_kg() == permit->kg()) return KeepRest::ALL_HAS_LEFT;

  redeem(ctx, tx.receipt(), 0);
  v1::Receipt rest = child_of(tx.receipt(), *receipt, permit->kg() - permit->released_kg());
  rest.set_state(v1::ACTIVE);
  rest.set_redemption_expires_at_running_ns(0);
  return Outcome::created(ctx.add(kReceipts, rest));
}

}  // namespace astyq::receipts
