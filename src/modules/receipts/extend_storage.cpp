// SPDX-License-Identifier: Apache-2.0
// Somebody paid the elevator for longer storage, and the elevator records it. A payment harms
// nobody, so a pledge, a block or a pool does not stand in its way.
#include <algorithm>

#include "modules/elevators/elevators.h"
#include "modules/receipts/receipt_parts.h"
#include "modules/receipts/receipts.h"
#include "receipts/handlers.gen.h"
#include "receipts/state.gen.h"

namespace astyq::receipts {

using v1::ExtendStorage;

Refusal check(const ExtendStorage&, const Rules&) {
  return kAccepted;
}

Outcome apply(const ExtendStorage& tx, TxContext& ctx) {
  auto receipt = find(ctx, tx.receipt());
  if (!receipt) return ExtendStorage::NO_SUCH_RECEIPT;
  const auto elevator = elevators::find(ctx, receipt->elevator());
  ASTYQ_CHECK(elevator.has_value());
  if (elevator->operator_() != ctx.party()) return ExtendStorage::NOT_OPERATOR;
  if (is_terminal(receipt->state())) return ExtendStorage::ENDED;
  if (tx.paid_until_ns() <= std::max(receipt->paid_until_ns(), ctx.time().time_ns))
    return ExtendStorage::NOT_LATER;
  if (tx.paid_until_ns() > latest_paid_until_ns(ctx)) return ExtendStorage::TOO_FAR;

  receipt->set_paid_until_ns(tx.paid_until_ns());
  ctx.put(kReceipts(tx.receipt()), *receipt);
  return kAccepted;
}

}  // namespace astyq::receipts
