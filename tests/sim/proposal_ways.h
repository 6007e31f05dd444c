// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/book.h"

// Proposals of receipts on their way from the operator to the registrar.
namespace astyq::sim {

inline const auto kNoProposal = [](World&, auto& draft) { draft.verb.proposal = kNobody; };

inline std::uint64_t depositor_of(World& world, const receipts::v1::Proposal& row) {
  return world.batches.find(row.batch())->restricted().depositor();
}

// A proposal that fits, to a depositor who may act; the draft is the depositor's.
template <typename AnyDraft, typename Fits>
bool some_proposal(World& world, AnyDraft& draft, Fits fits) {
  const auto* entry = world.proposals.pick(world.dice, [&](const receipts::v1::Proposal& row) {
    return !world.is_frozen(depositor_of(world, row)) && fits(row);
  });
  if (entry == nullptr) return false;
  draft.party = depositor_of(world, entry->second);
  draft.verb.proposal = entry->first.first;
  return true;
}

inline bool has_lapsed(World& world, const receipts::v1::Proposal& row) {
  return row.expires_at_running_ns() <= world.running_ns();
}

}  // namespace astyq::sim
