// SPDX-License-Identifier: Apache-2.0
// A holder offers a receipt, as in a sale; the register names the new holder when that party
// accepts.
#include "modules/receipts/receipt_parts.h"
#include "modules/receipts/receipts.h"
#include "receipts/handlers.gen.h"
#include "receipts/state.gen.h"

namespace astyq::receipts {

using v1::OfferTransfer;

namespace {

// An offer of a former holder binds nobody, so a new one may take its place.
bool is_open(const View& view, const v1::TransferOffer& offer, const v1::Receipt& receipt) {
  return offer.restricted().from() == receipt.restricted().holder() &&
         !has_ended(view, offer.expires_at_running_ns());
}

}  // namespace

Refusal check(const OfferTransfer& tx, const Rules&) {
  if (tx.to() == 0) return OfferTransfer::NO_RECIPIENT;
  return kAccepted;
}

Outcome apply(const OfferTransfer& tx, TxContext& ctx) {
  const auto receipt = find(ctx, tx.receipt());
  if (!receipt) return OfferTransfer::NO_SUCH_RECEIPT;
  if (!is_holder(ctx, *receipt)) return OfferTransfer::NOT_HOLDER;
  if (tx.to() == ctx.party()) return OfferTransfer::TO_YOURSELF;
  if (const Refusal why = why_not_free<OfferTransfer>(*receipt); why.refused()) return why;
  const auto standing = ctx.get(kTransferOffers(tx.receipt()));
  if (standing && is_open(ctx, *standing, *receipt)) return OfferTransfer::ALREADY_OFFERED;

  lapse_transfer_offer(ctx, tx.receipt());
  v1::TransferOffer offer;
  offer.set_expires_at_running_ns(offer_end_running_ns(ctx));
  offer.mutable_restricted()->set_from(ctx.party());
  offer.mutable_restricted()->set_to(tx.to());
  ctx.put(kTransferOffers(tx.receipt()), offer);
  ctx.schedule(ledger::v1::EXPIRE_TRANSFER_OFFER, tx.receipt(), offer.expires_at_running_ns());
  return kAccepted;
}

}  // namespace astyq::receipts
