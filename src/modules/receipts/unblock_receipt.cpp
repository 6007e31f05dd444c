// SPDX-License-Identifier: Apache-2.0
// The registrar lifts a block, as an act that lifts it says, or after the own term of the one that
// set it.
#include "modules/authority/authority.h"
#include "modules/elevators/elevators.h"
#include "modules/receipts/receipt_parts.h"
#include "modules/receipts/receipts.h"
#include "receipts/handlers.gen.h"
#include "receipts/state.gen.h"

namespace astyq::receipts {

using v1::UnblockReceipt;

Refusal check(const UnblockReceipt&, const Rules&) {
  return kAccepted;
}

Outcome apply(const UnblockReceipt& tx, TxContext& ctx) {
  const auto slot = kReceipts(tx.receipt());
  auto receipt = ctx.get(slot);
  if (!receipt) return UnblockReceipt::NO_SUCH_RECEIPT;
  if (receipt->blocked_by_act() == 0) return UnblockReceipt::NOT_BLOCKED;
  if (!authority::act_lifts(ctx, tx.act(), authority::v1::UNBLOCK_RECEIPT,
                            receipt->restricted().holder(), receipt->blocked_by_act()))
    return UnblockReceipt::NO_ACT_ABOUT_HOLDER;

  receipt->set_blocked_by_act(0);
  ctx.put(slot, *receipt);
  elevators::set_release_stopped(ctx, tx.receipt(), false);
  return kAccepted;
}

}  // namespace astyq::receipts
