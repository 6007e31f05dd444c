// SPDX-License-Identifier: Apache-2.0
// The registrar stops a receipt, in whatever live state, on an authority's act about its holder.
#include "modules/authority/authority.h"
#include "modules/elevators/elevators.h"
#include "modules/receipts/receipt_parts.h"
#include "modules/receipts/receipts.h"
#include "receipts/handlers.gen.h"
#include "receipts/state.gen.h"

namespace astyq::receipts {

using v1::BlockReceipt;

Refusal check(const BlockReceipt&, const Rules&) {
  return kAccepted;
}

Outcome apply(const BlockReceipt& tx, TxContext& ctx) {
  const auto slot = kReceipts(tx.receipt());
  auto receipt = ctx.get(slot);
  if (!receipt) return BlockReceipt::NO_SUCH_RECEIPT;
  if (is_terminal(receipt->state())) return BlockReceipt::ENDED;
  if (receipt->state() == v1::TOKENISED) return BlockReceipt::IN_POOL;
  if (receipt->blocked_by_act() != 0) return BlockReceipt::ALREADY_BLOCKED;
  if (!authority::act_covers(ctx, tx.act(), authority::v1::BLOCK_RECEIPT,
                             receipt->restricted().holder()))
    return BlockReceipt::NO_ACT_ABOUT_HOLDER;

  receipt->set_blocked_by_act(tx.act());
  ctx.put(slot, *receipt);
  elevators::set_release_stopped(ctx, tx.receipt(), true);
  return kAccepted;
}

}  // namespace astyq::receipts
