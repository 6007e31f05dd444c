// SPDX-License-Identifier: Apache-2.0
// A pledgee lets a receipt go: the debt is paid, or it declines what was offered. A holder may take
// back only what has not been accepted: nothing was lent on it yet.
#include "modules/receipts/receipt_parts.h"
#include "modules/receipts/receipts.h"
#include "receipts/handlers.gen.h"
#include "receipts/state.gen.h"

namespace astyq::receipts {

using v1::ReleasePledge;

Refusal check(const ReleasePledge&, const Rules&) {
  return kAccepted;
}

Outcome apply(const ReleasePledge& tx, TxContext& ctx) {
  auto receipt = find(ctx, tx.receipt());
  if (!receipt) return ReleasePledge::NO_SUCH_RECEIPT;
  if (!receipt->restricted().has_pledge()) return ReleasePledge::NOT_PLEDGED;
  const v1::Pledge& pledge = receipt->restricted().pledge();
  const bool is_pledgee = pledge.pledgee() == ctx.party();
  const bool is_holder = receipts::is_holder(ctx, *receipt);
  if (!is_pledgee && !is_holder) return ReleasePledge::NOT_PLEDGEE;
  if (!is_pledgee && pledge.state() == v1::ACCEPTED) return ReleasePledge::ACCEPTED_ALREADY;

  receipt->mutable_restricted()->clear_pledge();
  receipt->set_encumbered(false);
  ctx.put(kReceipts(tx.receipt()), *receipt);
  return kAccepted;
}

}  // namespace astyq::receipts
