// SPDX-License-Identifier: Apache-2.0
// The other side confirms that the last kilogram of a redemption order has left: the receipt has
// done its duty and ends. The elevator alone, by claiming that trucks left, ends nobody's receipt.
#include "modules/elevators/elevators.h"
#include "modules/receipts/receipt_parts.h"
#include "modules/receipts/receipts.h"
#include "modules/receipts/redemption.h"
#include "receipts/handlers.gen.h"
#include "receipts/state.gen.h"

namespace astyq::receipts {

using v1::ReleaseGrain;

namespace {

// The elevator signed the trucks. A holder confirms whoever he is: an elevator that holds the
// receipt itself owes the grain to nobody else.
Refusal why_not_other_side(const TxContext& ctx, const v1::Receipt& receipt,
                           const elevators::v1::ReleasePermit& permit) {
  if (is_holder(ctx, receipt)) return kAccepted;
  if (permit.restricted().receiver() != ctx.party()) return ReleaseGrain::NOT_RECEIVER_OR_HOLDER;
  const auto elevator = elevators::find(ctx, receipt.elevator());
  ASTYQ_CHECK(elevator.has_value());
  if (elevator->operator_() == ctx.party()) return ReleaseGrain::RECEIVER_IS_OPERATOR;
  return kAccepted;
}

}  // namespace

Refusal check(const ReleaseGrain&, const Rules&) {
  return kAccepted;
}

Outcome apply(const ReleaseGrain& tx, TxContext& ctx) {
  const auto receipt = find(ctx, tx.receipt());
  if (!receipt) return ReleaseGrain::NO_SUCH_RECEIPT;
  if (receipt->state() != v1::REDEMPTION_PENDING) return ReleaseGrain::NO_ORDER;
  const auto permit = elevators::find_permit(ctx, tx.receipt());
  ASTYQ_CHECK(permit.has_value());
  if (const Refusal why = why_not_other_side(ctx, *receipt, *permit); why.refused()) return why;
  if (receipt->blocked_by_act() != 0) return ReleaseGrain::BLOCKED;
  if (permit->released_kg() < permit->kg()) return ReleaseGrain::NOT_ALL_RELEASED;

  redeem(ctx, tx.receipt(), 0);
  return kAccepted;
}

}  // namespace astyq::receipts
