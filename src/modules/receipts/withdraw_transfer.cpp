// SPDX-License-Identifier: Apache-2.0
// An offer of a receipt ends before its time: whoever made it takes it back, or the other declines.
#include "modules/receipts/receipt_parts.h"
#include "receipts/handlers.gen.h"
#include "receipts/state.gen.h"

namespace astyq::receipts {

using v1::WithdrawTransfer;

Refusal check(const WithdrawTransfer&, const Rules&) {
  return kAccepted;
}

Outcome apply(const WithdrawTransfer& tx, TxContext& ctx) {
  const auto offer = ctx.get(kTransferOffers(tx.receipt()));
  if (!offer) return WithdrawTransfer::NO_SUCH_OFFER;
  const auto& parties = offer->restricted();
  if (ctx.party() != parties.from() && ctx.party() != parties.to())
    return WithdrawTransfer::NOT_YOUR_OFFER;

  lapse_transfer_offer(ctx, tx.receipt());
  return kAccepted;
}

}  // namespace astyq::receipts
