// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <google/protobuf/repeated_field.h>

#include <optional>

#include "astyq/receipts/v1/state.pb.h"
#include "base/amount.h"
#include "ledger/context.h"
#include "ledger/refusal.h"

// What the verbs of this module share; other modules include receipts.h.
namespace astyq::receipts {

using KgList = google::protobuf::RepeatedField<std::uint64_t>;

// The sum of weights. Nothing when one of them is 0 or the sum leaves the range of Kg.
std::optional<Kg> total_kg(const KgList& weights_kg);

inline bool is_holder(const TxContext& ctx, const v1::Receipt& receipt) {
  return receipt.restricted().holder() == ctx.party();
}

// Why its holder may not dispose of a receipt, in the words of a verb that refuses with NOT_ACTIVE,
// PLEDGED, BLOCKED and RESERVED, in this order; accepted when is_free.
template <typename Verb>
Refusal why_not_free(const v1::Receipt& receipt) {
  if (receipt.state() != v1::ACTIVE) return Verb::NOT_ACTIVE;
  if (receipt.encumbered()) return Verb::PLEDGED;
  if (receipt.blocked_by_act() != 0) return Verb::BLOCKED;
  if (receipt.reserved()) return Verb::RESERVED;
  return kAccepted;
}

// A new receipt over `kg` of a parent: everything else is inherited, the date of issue too.
v1::Receipt child_of(std::uint64_t parent_id, const v1::Receipt& parent, std::uint64_t kg);

// Ends a receipt: no live kilogram, no flag and no pool remain, an open transfer offer of it
// lapses. Requires: a terminal state; the receipt is live, neither pledged nor blocked.
void end_receipt(View& view, std::uint64_t receipt, v1::ReceiptState state);

// Erases the open transfer offer of a receipt when there is one, and takes its job back.
void lapse_transfer_offer(View& view, std::uint64_t receipt);

// Whether an offer or order that ends then has ended: judged where it is used, its job may come
// later.
inline bool has_ended(const View& view, std::int64_t expires_at_running_ns) {
  return view.time().running_ns >= expires_at_running_ns;
}
// When an offer or order that is made now ends, in running time.
inline std::int64_t offer_end_running_ns(const View& view) {
  return view.time().running_ns + view.rules().offer_days() * kDayNs;
}

// The latest date until which storage may be paid now: ten years ahead, beyond any harvest that is
// still in store. A date never moves back, so one that lies beyond is taken for a slip of the pen.
inline std::int64_t latest_paid_until_ns(const View& view) {
  return view.time().time_ns + 3'650 * kDayNs;
}

// The owner of the grain that a proposal is about.
std::uint64_t depositor_of(const View& view, const v1::Proposal& proposal);

// Lets go of the kilograms that an open proposal holds, and of the proposal. Requires: it is open.
void close_proposal(View& view, std::uint64_t proposal);
// Erases an open proposal that holds nothing any more and takes its job back.
void erase_proposal(View& view, std::uint64_t proposal, const v1::Proposal& row);

}  // namespace astyq::receipts
