// SPDX-License-Identifier: Apache-2.0
#include "modules/receipts/receipts.h"

#include "modules/elevators/elevators.h"
#include "modules/receipts/receipt_parts.h"
#include "receipts/state.gen.h"

namespace astyq::receipts {

using v1::Receipt;

std::optional<Kg> total_kg(const KgList& weights_kg) {
  Kg total;
  for (const std::uint64_t weight_kg : weights_kg) {
    const auto weight = Kg::of(weight_kg);
    if (!weight || weight->count() == 0) return std::nullopt;
    const auto sum = total.plus(*weight);
    if (!sum) return std::nullopt;
    total = *sum;
  }
  return total;
}

Receipt child_of(std::uint64_t parent_id, const Receipt& parent, std::uint64_t kg) {
  ASTYQ_CHECK(kg > 0 && !is_terminal(parent.state()));
  Receipt child = parent;
  child.set_kg(kg);
  child.set_issued_kg(kg);
  child.clear_parents();
  child.add_parents(parent_id);
  return child;
}

void end_receipt(View& view, std::uint64_t receipt, v1::ReceiptState state) {
  Receipt row = view.require(kReceipts(receipt));
  ASTYQ_CHECK(is_terminal(state) && !is_terminal(row.state()));
  ASTYQ_CHECK(!row.encumbered() && row.blocked_by_act() == 0);
  row.set_state(state);
  row.set_kg(0);
  row.set_reserved(false);
  row.set_pool(0);
  view.put(kReceipts(receipt), row);
  lapse_transfer_offer(view, receipt);
}

void lapse_transfer_offer(View& view, std::uint64_t receipt) {
  const auto offer = view.get(kTransferOffers(receipt));
  if (!offer) return;
  view.cancel(ledger::v1::EXPIRE_TRANSFER_OFFER, receipt, offer->expires_at_running_ns());
  view.erase(kTransferOffers(receipt));
}

std::uint64_t depositor_of(const View& view, const v1::Proposal& proposal) {
  const auto batch = elevators::find_batch(view, proposal.batch());
  ASTYQ_CHECK(batch.has_value());
  return batch->restricted().depositor();
}

void close_proposal(View& view, std::uint64_t proposal) {
  const v1::Proposal row = view.require(kReceiptProposals(proposal));
  const auto total = total_kg(row.receipts_kg());
  ASTYQ_CHECK(total.has_value());
  elevators::drop_hold(view, row.batch(), total->count());
  erase_proposal(view, proposal, row);
}

void erase_proposal(View& view, std::uint64_t proposal, const v1::Proposal& row) {
  view.cancel(ledger::v1::EXPIRE_RECEIPT_PROPOSAL, proposal, row.expires_at_running_ns());
  view.erase(kReceiptProposals(proposal));
}

std::optional<Receipt> find(const View& view, std::uint64_t receipt) {
  return view.get(kReceipts(receipt));
}

bool is_free(const Receipt& receipt) {
  return receipt.state() == v1::ACTIVE && !receipt.encumbered() && receipt.blocked_by_act() == 0 &&
         !receipt.reserved();
}

bool is_terminal(v1::ReceiptState state) {
  return state == v1::SPLIT || state == v1::MERGED || state == v1::REDEEMED;
}

void reserve(View& view, std::uint64_t receipt) {
  Receipt row = view.require(kReceipts(receipt));
  ASTYQ_CHECK(is_free(row));
  row.set_reserved(true);
  view.put(kReceipts(receipt), row);
}

void end_reservation(View& view, std::uint64_t receipt) {
  Receipt row = view.require(kReceipts(receipt));
  ASTYQ_CHECK(row.reserved());
  row.set_reserved(false);
  view.put(kReceipts(receipt), row);
}

void give(View& view, std::uint64_t receipt, std::uint64_t to) {
  Receipt row = view.require(kReceipts(receipt));
  ASTYQ_CHECK(is_free(row) && to != 0);
  row.mutable_restricted()->set_holder(to);
  view.put(kReceipts(receipt), row);
  lapse_transfer_offer(view, receipt);
}

void lock_in_pool(View& view, std::uint64_t receipt, std::uint64_t pool) {
  Receipt row = view.require(kReceipts(receipt));
  ASTYQ_CHECK(is_free(row) && pool != 0);
  row.set_state(v1::TOKENISED);
  row.set_pool(pool);
  view.put(kReceipts(receipt), row);
  lapse_transfer_offer(view, receipt);
}

std::uint64_t take_from_pool(View& view, std::uint64_t receipt, std::uint64_t kg,
                             std::uint64_t holder) {
  const Receipt locked = view.require(kReceipts(receipt));
  ASTYQ_CHECK(locked.state() == v1::TOKENISED && locked.pool() != 0);
  ASTYQ_CHECK(0 < kg && kg <= locked.kg() && holder != 0);
  const bool whole = kg == locked.kg();
  Receipt taken = whole ? locked : child_of(receipt, locked, kg);
  taken.set_state(v1::ACTIVE);
  taken.set_pool(0);
  taken.mutable_restricted()->set_holder(holder);
  if (whole) {
    view.put(kReceipts(receipt), taken);
    return receipt;
  }
  const Receipt rest = child_of(receipt, locked, locked.kg() - kg);
  end_receipt(view, receipt, v1::SPLIT);
  const std::uint64_t taken_id = view.add(kReceipts, taken);
  view.add(kReceipts, rest);
  return taken_id;
}

void expire_proposal(View& view, std::uint64_t proposal) {
  const auto row = view.get(kReceiptProposals(proposal));
  if (row && has_ended(view, row->expires_at_running_ns())) close_proposal(view, proposal);
}

}  // namespace astyq::receipts
