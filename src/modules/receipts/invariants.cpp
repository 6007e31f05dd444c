// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <tuple>

#include "base/amount.h"
#include "modules/receipts/receipt_parts.h"
#include "modules/receipts/receipts.h"
#include "receipts/handlers.gen.h"
#include "receipts/state.gen.h"

namespace astyq::receipts {

using v1::Proposal;
using v1::Receipt;

namespace {

// Where kilograms must add up: an elevator's grain of one grade.
using Place = std::tuple<std::uint64_t, int, std::uint32_t, std::uint32_t, std::uint64_t>;

Place place_of(const Receipt& receipt) {
  const auto& grade = receipt.grade();
  return {receipt.elevator(), grade.crop(), grade.grain_class(), grade.crop_year(),
          grade.basis_profile()};
}

std::uint64_t holder_of(const Receipt& receipt) {
  return receipt.restricted().holder();
}

// What one operation did with kilograms; 128 bits, so that no sum of a delta can wrap round.
struct Kilograms {
  std::map<std::uint64_t, Receipt> divided;  // that live on in children, as they were
  std::map<Place, Uint128> gone_into_children;
  std::map<Place, Uint128> come_from_parents;
  std::map<std::uint64_t, Uint128> issued_of_batch;
  std::map<std::uint64_t, Uint128> signed_of_batch;
};

// One flag stands beside another only where the trade knows it: a pledged, reserved or ordered
// receipt may be blocked. Everything else excludes everything else.
bool flags_agree(const Receipt& row) {
  if ((row.redeemed_kg() != 0) != (row.state() == v1::REDEEMED)) return false;
  if (row.redeemed_by_act() != 0 && row.state() != v1::REDEEMED) return false;
  if ((row.state() == v1::TOKENISED) != (row.pool() != 0)) return false;
  if (row.state() == v1::ACTIVE) return !(row.encumbered() && row.reserved());
  if (row.encumbered() || row.reserved()) return false;
  return row.state() == v1::REDEMPTION_PENDING || row.blocked_by_act() == 0;
}

bool has_one_holder(const Receipt& row) {
  const auto& restricted = row.restricted();
  if (restricted.holder() == 0 || restricted.depositor() == 0) return false;
  if (row.encumbered() != restricted.has_pledge()) return false;
  if (!row.encumbered()) return true;
  const auto& pledge = restricted.pledge();
  return pledge.state() != v1::PLEDGE_STATE_UNSPECIFIED && pledge.pledgee() != 0 &&
         pledge.pledgee() != restricted.holder();
}

// Another pledgee in the place of one would be a second pledge of the same kilograms.
bool has_second_pledge(const Receipt& before, const Receipt& after) {
  return before.encumbered() && after.encumbered() &&
         before.restricted().pledge().pledgee() != after.restricted().pledge().pledgee();
}

// Whether the receipt went to another holder, to a pledgee or a buyer, into or out of a pool, to
// redemption or to its end. An order that is withdrawn or lapses disposes of nothing.
bool is_disposed(const Receipt& before, const Receipt& after) {
  const bool order_ended = before.state() == v1::REDEMPTION_PENDING && after.state() == v1::ACTIVE;
  return holder_of(before) != holder_of(after) || before.kg() != after.kg() ||
         (!before.reserved() && after.reserved()) || (!before.encumbered() && after.encumbered()) ||
         (before.state() != after.state() && !order_ended);
}

// A pledge or a block ends in an operation of its own before anything else can happen. A
// reservation may end with the delivery that it was made for, a lock in a pool with the way out, an
// order with the release.
bool may_dispose(const Receipt& before, const Receipt& after) {
  if (before.encumbered() || before.blocked_by_act() != 0) return false;
  const bool stays = holder_of(before) == holder_of(after);
  if (before.state() == v1::TOKENISED)
    return after.state() == v1::ACTIVE || (after.state() == v1::SPLIT && stays);
  if (before.state() == v1::REDEMPTION_PENDING) return after.state() == v1::REDEEMED && stays;
  if (before.reserved()) return !after.reserved() && after.state() == v1::ACTIVE;
  if (after.state() == v1::ACTIVE) return true;
  return after.state() != v1::REDEEMED && stays;
}

bool same_origin(const Receipt& before, const Receipt& after) {
  return before.batch() == after.batch() && place_of(before) == place_of(after) &&
         before.issued_kg() == after.issued_kg() && before.issued_at_ns() == after.issued_at_ns() &&
         before.restricted().depositor() == after.restricted().depositor() &&
         std::equal(before.parents().begin(), before.parents().end(), after.parents().begin(),
                    after.parents().end());
}

// Storage is paid for longer, never shorter, and nothing else happens to the receipt meanwhile.
bool keeps_storage(const Receipt& before, const Receipt& after) {
  if (before.paid_until_ns() == after.paid_until_ns()) return true;
  Receipt paid = before;
  paid.set_paid_until_ns(after.paid_until_ns());
  return before.paid_until_ns() < after.paid_until_ns() &&
         paid.SerializeAsString() == after.SerializeAsString();
}

bool is_child_of(const Receipt& child, const Receipt& parent) {
  const bool was_locked = parent.state() == v1::TOKENISED;
  return child.batch() == parent.batch() && place_of(child) == place_of(parent) &&
         child.paid_until_ns() == parent.paid_until_ns() &&
         child.restricted().depositor() == parent.restricted().depositor() &&
         (child.pool() == 0 || child.pool() == parent.pool()) &&
         (was_locked || holder_of(child) == holder_of(parent));
}

// A new receipt: of a signed proposal, or of parents that were split, merged or redeemed but for a
// rest in this operation.
Refusal check_new(const Receipt& after, Kilograms& kilograms) {
  if (after.kg() != after.issued_kg() || Kg::of(after.kg()).value_or(Kg()).count() == 0)
    return base::v1::INVARIANT_RECEIPT_CONSERVATION;
  const bool is_child = after.parents_size() > 0;
  if (is_terminal(after.state()) || after.state() == v1::REDEMPTION_PENDING || after.encumbered() ||
      after.reserved() || after.blocked_by_act() != 0)
    return base::v1::INVARIANT_ENCUMBERED;
  if (!is_child) {
    if (after.state() != v1::ACTIVE) return base::v1::INVARIANT_ENCUMBERED;
    kilograms.issued_of_batch[after.batch()] += after.kg();
    return kAccepted;
  }
  for (const std::uint64_t id : after.parents()) {
    // Ids ascend with time, and so do the rows of a delta: a parent comes before its children.
    const auto parent = kilograms.divided.find(id);
    if (parent == kilograms.divided.end() || !is_child_of(after, parent->second))
      return base::v1::INVARIANT_RECEIPT_CONSERVATION;
  }
  kilograms.come_from_parents[place_of(after)] += after.kg();
  return kAccepted;
}

Refusal check_changed(std::uint64_t id, const Receipt& before, const Receipt& after,
                      Kilograms& kilograms) {
  const bool ended = is_terminal(after.state());
  if (is_terminal(before.state()) || !same_origin(before, after) || !keeps_storage(before, after))
    return base::v1::INVARIANT_RECEIPT_FINAL;
  if (has_second_pledge(before, after)) return base::v1::INVARIANT_ONE_HOLDER;
  if (after.kg() != (ended ? 0 : before.kg()) || after.redeemed_kg() > before.kg())
    return base::v1::INVARIANT_RECEIPT_CONSERVATION;
  if (is_disposed(before, after) && !may_dispose(before, after))
    return base::v1::INVARIANT_ENCUMBERED;
  if (ended && after.redeemed_kg() < before.kg()) {
    kilograms.gone_into_children[place_of(before)] += before.kg() - after.redeemed_kg();
    kilograms.divided.emplace(id, before);
  }
  return kAccepted;
}

Refusal check_receipts(const Delta& delta, const View& view, Kilograms& kilograms) {
  return delta.each(
      kReceipts, [&](std::uint64_t id, const auto& before, const auto& after) -> Refusal {
        if (!after) return base::v1::INVARIANT_RECEIPT_FINAL;
        if (!has_one_holder(*after)) return base::v1::INVARIANT_ONE_HOLDER;
        if (!flags_agree(*after)) return base::v1::INVARIANT_ENCUMBERED;
        if (!before) return check_new(*after, kilograms);
        if (holder_of(*before) != holder_of(*after) && view.exists(kTransferOffers(id)))
          return base::v1::INVARIANT_ONE_HOLDER;
        return check_changed(id, *before, *after, kilograms);
      });
}

bool same_order(const Proposal& before, const Proposal& after) {
  return before.batch() == after.batch() && before.elevator() == after.elevator() &&
         before.paid_until_ns() == after.paid_until_ns() &&
         before.expires_at_running_ns() == after.expires_at_running_ns() &&
         std::equal(before.receipts_kg().begin(), before.receipts_kg().end(),
                    after.receipts_kg().begin(), after.receipts_kg().end());
}

// An order is signed as it was written, by the elevator first.
Refusal check_proposals(const Delta& delta, const View& view, Kilograms& kilograms) {
  return delta.each(
      kReceiptProposals, [&](std::uint64_t, const auto& before, const auto& after) -> Refusal {
        if (!before && after->state() != v1::PROPOSED)
          return base::v1::INVARIANT_RECEIPT_CONSERVATION;
        if (before && after && (!same_order(*before, *after) || before->state() != v1::PROPOSED))
          return base::v1::INVARIANT_RECEIPT_CONSERVATION;
        if (after || before->state() != v1::COUNTERSIGNED) return kAccepted;
        const auto total = total_kg(before->receipts_kg());
        if (total && !has_ended(view, before->expires_at_running_ns()))
          kilograms.signed_of_batch[before->batch()] += total->count();
        return kAccepted;
      });
}

// Only the holder offers a receipt, and only one that is free.
Refusal check_offers(const Delta& delta, const View& view) {
  return delta.each(
      kTransferOffers, [&](std::uint64_t id, const auto&, const auto& after) -> Refusal {
        if (!after) return kAccepted;
        const auto receipt = find(view, id);
        const auto& offer = after->restricted();
        if (!receipt || offer.from() != holder_of(*receipt) || offer.to() == 0 ||
            offer.to() == offer.from())
          return base::v1::INVARIANT_ONE_HOLDER;
        return is_free(*receipt) ? kAccepted : Refusal(base::v1::INVARIANT_ENCUMBERED);
      });
}

}  // namespace

// Per elevator and grade, live kilograms grow by what a twice-signed order issues, shrink by what
// is redeemed, and pass undiminished from parents to children.
Refusal check_invariants(const Delta& delta, const View& view) {
  Kilograms kilograms;
  if (const Refusal why = check_receipts(delta, view, kilograms); why.refused()) return why;
  if (const Refusal why = check_proposals(delta, view, kilograms); why.refused()) return why;
  if (kilograms.gone_into_children != kilograms.come_from_parents)
    return base::v1::INVARIANT_RECEIPT_CONSERVATION;
  for (const auto& [batch, kg] : kilograms.issued_of_batch)
    if (kilograms.signed_of_batch[batch] != kg) return base::v1::INVARIANT_RECEIPT_CONSERVATION;
  return check_offers(delta, view);
}

}  // namespace astyq::receipts
