// SPDX-License-Identifier: Apache-2.0
// The elevator orders receipts for grain that it credited; the owner of the grain has yet to sign.
#include "modules/elevators/elevators.h"
#include "modules/receipts/receipt_parts.h"
#include "modules/receipts/receipts.h"
#include "receipts/handlers.gen.h"
#include "receipts/state.gen.h"

namespace astyq::receipts {

using v1::ProposeReceipts;

Refusal check(const ProposeReceipts& tx, const Rules& rules) {
  if (tx.receipts_kg().empty()) return ProposeReceipts::NO_RECEIPTS;
  if (static_cast<std::uint32_t>(tx.receipts_kg_size()) > rules.max_parts())
    return ProposeReceipts::TOO_MANY_RECEIPTS;
  if (!total_kg(tx.receipts_kg())) return ProposeReceipts::WRONG_WEIGHT;
  return kAccepted;
}

Outcome apply(const ProposeReceipts& tx, TxContext& ctx) {
  const auto batch = elevators::find_batch(ctx, tx.batch());
  if (!batch) return ProposeReceipts::NO_SUCH_BATCH;
  const auto elevator = elevators::find(ctx, batch->elevator());
  ASTYQ_CHECK(elevator.has_value());
  if (elevator->operator_() != ctx.party()) return ProposeReceipts::NOT_OPERATOR;
  if (tx.paid_until_ns() < ctx.time().time_ns) return ProposeReceipts::PAID_UNTIL_PAST;
  if (tx.paid_until_ns() > latest_paid_until_ns(ctx)) return ProposeReceipts::PAID_UNTIL_TOO_FAR;
  if (!elevators::is_open_for_business(ctx, batch->elevator()))
    return ProposeReceipts::ELEVATOR_CLOSED;
  const std::uint64_t total = total_kg(tx.receipts_kg())->count();
  if (total > elevators::unreceipted_kg(*batch)) return ProposeReceipts::NOT_ENOUGH_CREDIT;
  if (total > elevators::free_capacity_kg(*elevator)) return ProposeReceipts::OVER_CAPACITY;

  elevators::hold_for_proposal(ctx, tx.batch(), total);
  v1::Proposal proposal;
  proposal.set_elevator(batch->elevator());
  proposal.set_batch(tx.batch());
  *proposal.mutable_receipts_kg() = tx.receipts_kg();
  proposal.set_paid_until_ns(tx.paid_until_ns());
  proposal.set_state(v1::PROPOSED);
  proposal.set_expires_at_running_ns(offer_end_running_ns(ctx));
  const std::uint64_t id = ctx.add(kReceiptProposals, proposal);
  ctx.schedule(ledger::v1::EXPIRE_RECEIPT_PROPOSAL, id, proposal.expires_at_running_ns());
  return Outcome::created(id);
}

}  // namespace astyq::receipts
