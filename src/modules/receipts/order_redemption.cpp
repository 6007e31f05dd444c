// SPDX-License-Identifier: Apache-2.0
// A holder wants the grain: from now on the receipt can do nothing else, and the elevator may let
// so much leave for the receiver, who has until the order lapses to send the first truck.
#include "modules/elevators/elevators.h"
#include "modules/receipts/receipt_parts.h"
#include "modules/receipts/receipts.h"
#include "receipts/handlers.gen.h"
#include "receipts/state.gen.h"

namespace astyq::receipts {

using v1::OrderRedemption;

Refusal check(const OrderRedemption& tx, const Rules&) {
  if (tx.receiver() == 0) return OrderRedemption::NO_RECEIVER;
  return kAccepted;
}

Outcome apply(const OrderRedemption& tx, TxContext& ctx) {
  auto receipt = find(ctx, tx.receipt());
  if (!receipt) return OrderRedemption::NO_SUCH_RECEIPT;
  if (!is_holder(ctx, *receipt)) return OrderRedemption::NOT_HOLDER;
  if (const Refusal why = why_not_free<OrderRedemption>(*receipt); why.refused()) return why;
  // A lost licence ends intake, not the duty to give grain back: only a ban holds it.
  if (!elevators::may_release(ctx, receipt->elevator())) return OrderRedemption::SHIPMENT_BAN;
  if (receipt->paid_until_ns() < ctx.time().time_ns) return OrderRedemption::STORAGE_UNPAID;

  const std::int64_t expires_at_ns = offer_end_running_ns(ctx);
  receipt->set_state(v1::REDEMPTION_PENDING);
  receipt->set_redemption_expires_at_running_ns(expires_at_ns);
  ctx.put(kReceipts(tx.receipt()), *receipt);
  elevators::permit_release(ctx, {.receipt = tx.receipt(),
                                  .elevator = receipt->elevator(),
                                  .crop = receipt->grade().crop(),
                                  .kg = receipt->kg(),
                                  .receiver = tx.receiver()});
  ctx.schedule(ledger::v1::EXPIRE_REDEMPTION_ORDER, tx.receipt(), expires_at_ns);
  return kAccepted;
}

}  // namespace astyq::receipts
