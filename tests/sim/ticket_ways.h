// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "crypto/sha256.h"
#include "sim/elevator_ways.h"

// Tickets of the weighbridge and what the laboratory said of them.
namespace astyq::sim {

inline const auto kNoTicket = [](World&, auto& draft) { draft.verb.ticket = kNobody; };

// A ticket that fits, of an operator who may act; the draft is the operator's.
template <typename Verb, typename Fits>
bool ticket_where(World& world, Draft<Verb>& draft, Fits fits) {
  const auto* entry = world.tickets.pick(world.dice, [&](const elevators::v1::Ticket& row) {
    return !world.is_frozen(operator_of(world, row.elevator())) && fits(row);
  });
  if (entry == nullptr) return false;
  draft.party = operator_of(world, entry->second.elevator());
  draft.verb.ticket = entry->first.first;
  return true;
}

inline bool is_under_way(const elevators::v1::Ticket& row) {
  return row.state() == elevators::v1::OPEN || row.state() == elevators::v1::WEIGHED;
}

inline bool fits_bin(World& world, const elevators::v1::Ticket& row) {
  const elevators::v1::Bin& bin = *world.bins.find(row.bin());
  return bin.balance_kg() == 0 || bin.crop() == row.crop();
}

// 0: none yet.
inline std::uint64_t analysis_of(World& world, const elevators::v1::Ticket& ticket) {
  const auto tag = crypto::sha256(ticket.sample_code());
  return world.samples.find(read_u64(view(tag)), read_u64(view(tag).substr(8)))->analysis();
}

}  // namespace astyq::sim
