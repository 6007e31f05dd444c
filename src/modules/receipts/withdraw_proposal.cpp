// SPDX-License-Identifier: Apache-2.0
// Elevator or owner thinks better of an order that is not executed; the held kilograms are free
// again.
#include "modules/elevators/elevators.h"
#include "modules/receipts/receipt_parts.h"
#include "modules/receipts/receipts.h"
#include "receipts/handlers.gen.h"
#include "receipts/state.gen.h"

namespace astyq::receipts {

using v1::WithdrawProposal;

Refusal check(const WithdrawProposal&, const Rules&) {
  return kAccepted;
}

Outcome apply(const WithdrawProposal& tx, TxContext& ctx) {
  const auto proposal = ctx.get(kReceiptProposals(tx.proposal()));
  if (!proposal) return WithdrawProposal::NO_SUCH_PROPOSAL;
  const auto elevator = elevators::find(ctx, proposal->elevator());
  ASTYQ_CHECK(elevator.has_value());
  if (ctx.party() != elevator->operator_() && ctx.party() != depositor_of(ctx, *proposal))
    return WithdrawProposal::NOT_YOURS;

  close_proposal(ctx, tx.proposal());
  return kAccepted;
}

}  // namespace astyq::receipts
