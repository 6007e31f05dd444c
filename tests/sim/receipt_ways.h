// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/book.h"

// What the pages about receipts share.
namespace astyq::sim {

inline bool is_free(const receipts::v1::Receipt& row) {
  return row.state() == receipts::v1::ACTIVE && !row.encumbered() && row.blocked_by_act() == 0 &&
         !row.reserved();
}
inline bool has_ended(const receipts::v1::Receipt& row) {
  using namespace receipts::v1;
  return row.state() == SPLIT || row.state() == MERGED || row.state() == REDEEMED;
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

inline const auto kNoReceipt = [](World&, auto& draft) { draft.verb.receipt = kNobody; };
inline const auto kNotHolder = [](World& world, auto& draft) {
  draft.party = world.trader_but(world.receipts.find(draft.verb.receipt)->restricted().holder());
};

inline std::uint32_t some_year(World& world) {
  return static_cast<std::uint32_t>(world.dice.between(0, 26));
}

}  // namespace astyq::sim
