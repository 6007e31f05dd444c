// SPDX-License-Identifier: Apache-2.0
// The party that a receipt was offered to accepts, and the register names it as the holder.
#include "modules/identity/identity.h"
#include "modules/receipts/receipt_parts.h"
#include "modules/receipts/receipts.h"
#include "receipts/handlers.gen.h"
#include "receipts/state.gen.h"

namespace astyq::receipts {

using v1::AcceptTransfer;

Refusal check(const AcceptTransfer&, const Rules&) {
  return kAccepted;
}

Outcome apply(const AcceptTransfer& tx, TxContext& ctx) {
  const auto offer = ctx.get(kTransferOffers(tx.receipt()));
  if (!offer) return AcceptTransfer::NO_SUCH_OFFER;
  if (offer->restricted().to() != ctx.party()) return AcceptTransfer::NOT_OFFERED_TO_YOU;
  if (has_ended(ctx, offer->expires_at_running_ns())) return AcceptTransfer::OFFER_EXPIRED;
  // The receipt may have moved since the offer was signed, so it is judged as it stands now.
  const v1::Receipt receipt = ctx.require(kReceipts(tx.receipt()));
  const std::uint64_t holder = receipt.restricted().holder();
  if (offer->restricted().from() != holder) return AcceptTransfer::HOLDER_CHANGED;
  if (identity::is_frozen(ctx, holder)) return AcceptTransfer::HOLDER_FROZEN;
  if (const Refusal why = why_not_free<AcceptTransfer>(receipt); why.refused()) return why;

  give(ctx, tx.receipt(), ctx.party());
  return kAccepted;
}

}  // namespace astyq::receipts
