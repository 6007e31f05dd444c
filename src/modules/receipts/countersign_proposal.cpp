// SPDX-License-Identifier: Apache-2.0
// The owner of the grain signs the elevator's order: without it no receipt comes into being.
#include "modules/receipts/receipt_parts.h"
#include "modules/receipts/receipts.h"
#include "receipts/handlers.gen.h"
#include "receipts/state.gen.h"

namespace astyq::receipts {

using v1::CountersignProposal;

Refusal check(const CountersignProposal&, const Rules&) {
  return kAccepted;
}

Outcome apply(const CountersignProposal& tx, TxContext& ctx) {
  const auto slot = kReceiptProposals(tx.proposal());
  auto proposal = ctx.get(slot);
  if (!proposal) return CountersignProposal::NO_SUCH_PROPOSAL;
  if (depositor_of(ctx, *proposal) != ctx.party()) return CountersignProposal::NOT_DEPOSITOR;
  if (has_ended(ctx, proposal->expires_at_running_ns()))
    return CountersignProposal::PROPOSAL_EXPIRED;
  if (proposal->state() != v1::PROPOSED) return CountersignProposal::ALREADY_COUNTERSIGNED;

  proposal->set_state(v1::COUNTERSIGNED);
  ctx.put(slot, *proposal);
  return kAccepted;
}

}  // namespace astyq::receipts
