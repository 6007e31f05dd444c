// SPDX-License-Identifier: Apache-2.0
// An elevator has released the last kilogram of a redemption order: the receipt has done its duty
// and ends.
#include "modules/elevators/elevators.h"
#include "modules/receipts/receipt_parts.h"
#include "modules/receipts/receipts.h"
#include "receipts/handlers.gen.h"
#include "receipts/state.gen.h"

namespace astyq::receipts {

using v1::ReleaseGrain;

Refusal check(const ReleaseGrain&, const Rules&) {
  return kAccepted;
}

Outcome apply(const ReleaseGrain& tx, TxContext& ctx) {
  auto receipt = find(ctx, tx.receipt());
  if (!receipt) return ReleaseGrain::NO_SUCH_RECEIPT;
  const auto elevator = elevators::find(ctx, receipt->elevator());
  ASTYQ_CHECK(elevator.has_value());
  if (elevator->operator_() != ctx.party()) return ReleaseGrain::NOT_OPERATOR;
  if (receipt->state() != v1::REDEMPTION_PENDING) return ReleaseGrain::NO_ORDER;
  if (receipt->blocked_by_act() != 0) return ReleaseGrain::BLOCKED;
  const auto permit = elevators::find_permit(ctx, tx.receipt());
  ASTYQ_CHECK(permit.has_value() && permit->kg() == receipt->kg());
  if (permit->released_kg() < permit->kg()) return ReleaseGrain::NOT_ALL_RELEASED;

  elevators::receipt_redeemed(ctx, receipt->elevator(), receipt->grade(), receipt->kg());
  elevators::close_permit(ctx, tx.receipt());
  ctx.cancel(ledger::v1::EXPIRE_REDEMPTION_ORDER, tx.receipt(),
             receipt->redemption_expires_at_running_ns());
  receipt->set_redemption_expires_at_running_ns(0);
  ctx.put(kReceipts(tx.receipt()), *receipt);
  end_receipt(ctx, tx.receipt(), v1::REDEEMED);
  return kAccepted;
}

}  // namespace astyq::receipts
