// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/book.h"

// Receipts by what may be done to them, and their holders.
namespace astyq::sim {

inline bool is_free(const receipts::v1::Receipt& row) {
  return row.state() == receipts::v1::ACTIVE && !row.encumbered() && row.blocked_by_act() == 0 &&
         !row.reserved();
}
inline bool has_ended(const receipts::v1::Receipt& row) {
  return row.state() == receipts::v1::SPLIT || row.state() == receipts::v1::MERGED ||
         row.state() == receipts::v1::REDEEMED;
}

// What a receipt must be for the refusals that split, merge, offers and pledges share.
inline bool is_not_active(const receipts::v1::Receipt& row) {
  return row.state() != receipts::v1::ACTIVE;
}
inline bool is_pledged(const receipts::v1::Receipt& row) {
  return row.state() == receipts::v1::ACTIVE && row.encumbered();
}
inline bool is_blocked(const receipts::v1::Receipt& row) {
  return row.state() == receipts::v1::ACTIVE && !row.encumbered() && row.blocked_by_act() != 0;
}
inline bool is_reserved(const receipts::v1::Receipt& row) {
  return row.state() == receipts::v1::ACTIVE && !row.encumbered() && row.blocked_by_act() == 0 &&
         row.reserved();
}

// A receipt that fits, with a holder who may act; the draft is the holder's.
template <typename AnyDraft, typename Fits>
bool held_receipt(World& world, AnyDraft& draft, Fits fits) {
  const auto* entry = world.receipts.pick(world.dice, [&](const auto& row) {
    return fits(row) && !world.is_frozen(row.restricted().holder());
  });
  if (entry == nullptr) return false;
  draft.party = entry->second.restricted().holder();
  draft.verb.receipt = entry->first.first;
  return true;
}

// A way to a receipt that fits, and then to the rest of the draft.
template <typename Fits, typename Rest>
auto holding(Fits fits, Rest rest) {
  return [fits, rest](World& world, auto& draft) {
    if (!held_receipt(world, draft, fits)) return false;
    rest(world, draft);
    return true;
  };
}

// Of few dates, a month apart, so that receipts can be merged, one of the first two that come after
// `after_ns`.
inline std::int64_t some_paid_until_ns(World& world, std::int64_t after_ns) {
  constexpr std::int64_t kMonthNs = 30 * kDayNs;
  const std::int64_t first_ns = world.chain.genesis().time_ns() + 1'000 * kDayNs;
  const std::int64_t months = after_ns < first_ns ? 0 : (after_ns - first_ns) / kMonthNs + 1;
  return first_ns + (months + static_cast<std::int64_t>(world.dice.below(2))) * kMonthNs;
}

inline const auto kNoReceipt = [](World&, auto& draft) { draft.verb.receipt = kNobody; };
inline const auto kNotHolder = [](World& world, auto& draft) {
  draft.party = world.trader_but(world.receipts.find(draft.verb.receipt)->restricted().holder());
};

// Names an act about the holder that orders this; the draft is of one who may carry it out.
template <typename AnyDraft>
bool cite_act_about_holder(World& world, AnyDraft& draft, authority::v1::ActScope scope) {
  const std::uint64_t holder = world.receipts.find(draft.verb.receipt)->restricted().holder();
  const bool certifies = scope == authority::v1::CERTIFY_RELEASE;
  draft.party = world.granted(certifies ? "receipts.certify" : "receipts.block");
  draft.verb.act = world.act_about(holder, scope);
  return draft.verb.act != 0;
}

inline bool is_open(World& world, const receipts::v1::TransferOffer& row) {
  return row.expires_at_running_ns() > world.running_ns();
}

// A receipt ordered to be redeemed whose permit and row fit; the draft is the holder's.
template <typename AnyDraft, typename Fits>
bool ordered_receipt(World& world, AnyDraft& draft, Fits fits) {
  const auto* permit = world.permits.pick_entry(world.dice, [&](const auto& entry) {
    return fits(entry.second, *world.receipts.find(entry.first.first));
  });
  if (permit == nullptr) return false;
  draft = {world.receipts.find(permit->first.first)->restricted().holder(), {permit->first.first}};
  return !world.is_frozen(draft.party);
}

// Whether an order's grain has left altogether, or not, and its receipt is blocked, or not.
inline auto left_altogether(bool all, bool blocked) {
  return [=](const elevators::v1::ReleasePermit& permit, const receipts::v1::Receipt& row) {
    return (permit.released_kg() == permit.kg()) == all && (row.blocked_by_act() != 0) == blocked;
  };
}

}  // namespace astyq::sim
