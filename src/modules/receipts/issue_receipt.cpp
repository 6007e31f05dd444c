// SPDX-License-Identifier: Apache-2.0
// The registrar puts the receipts of a twice-signed order into the register; the owner of the grain
// holds them.
#include "modules/elevators/elevators.h"
#include "modules/receipts/receipt_parts.h"
#include "modules/receipts/receipts.h"
#include "receipts/handlers.gen.h"
#include "receipts/state.gen.h"

namespace astyq::receipts {

using v1::IssueReceipt;

namespace {

v1::Receipt new_receipt(const v1::Proposal& proposal, const elevators::v1::Batch& batch,
                        std::int64_t issued_at_ns) {
  v1::Receipt receipt;
  receipt.set_elevator(proposal.elevator());
  receipt.set_batch(proposal.batch());
  *receipt.mutable_grade() = batch.grade();
  receipt.set_state(v1::ACTIVE);
  receipt.set_issued_at_ns(issued_at_ns);
  receipt.set_paid_until_ns(proposal.paid_until_ns());
  receipt.mutable_restricted()->set_holder(batch.restricted().depositor());
  receipt.mutable_restricted()->set_depositor(batch.restricted().depositor());
  return receipt;
}

}  // namespace

Refusal check(const IssueReceipt&, const Rules&) {
  return kAccepted;
}

Outcome apply(const IssueReceipt& tx, TxContext& ctx) {
  const auto proposal = ctx.get(kReceiptProposals(tx.proposal()));
  if (!proposal) return IssueReceipt::NO_SUCH_PROPOSAL;
  if (has_ended(ctx, proposal->expires_at_running_ns())) return IssueReceipt::PROPOSAL_EXPIRED;
  if (proposal->state() != v1::COUNTERSIGNED) return IssueReceipt::NOT_COUNTERSIGNED;
  if (!elevators::is_open_for_business(ctx, proposal->elevator()))
    return IssueReceipt::ELEVATOR_CLOSED;
  const auto elevator = elevators::find(ctx, proposal->elevator());
  const auto batch = elevators::find_batch(ctx, proposal->batch());
  const auto total = total_kg(proposal->receipts_kg());
  ASTYQ_CHECK(elevator && batch && total);
  if (total->count() > elevators::free_capacity_kg(*elevator)) return IssueReceipt::OVER_CAPACITY;

  elevators::receipt_issued(ctx, proposal->batch(), total->count());
  erase_proposal(ctx, tx.proposal(), *proposal);
  v1::Receipt receipt = new_receipt(*proposal, *batch, ctx.time().time_ns);
  std::uint64_t last_id = 0;
  for (const std::uint64_t kg : proposal->receipts_kg()) {
    receipt.set_kg(kg);
    receipt.set_issued_kg(kg);
    last_id = ctx.add(kReceipts, receipt);
  }
  const auto count = static_cast<std::uint32_t>(proposal->receipts_kg_size());
  return Outcome::created(last_id - count + 1, count);
}

}  // namespace astyq::receipts
