// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/book.h"

// What is done to licences that stand.
namespace astyq::sim {

inline const auto kNoLicence = [](World&, auto& draft) { draft.verb.licence = kNobody; };

inline bool is_active(const licences::v1::Licence& row) {
  return row.status() == licences::v1::ACTIVE;
}
inline bool is_suspended(const licences::v1::Licence& row) {
  return row.status() == licences::v1::SUSPENDED;
}

// A licence in this state. Those that the run lives by are touched seldom.
template <typename Fits>
bool licence_with(World& world, std::uint64_t& licence, Fits fits) {
  const std::size_t pillars =
      world.operators.size() + world.laboratories.size() + world.issuers.size();
  const bool spare_pillars = !world.dice.percent(15);
  const auto* entry = world.licences.pick_entry(world.dice, [&](const auto& found) {
    const licences::v1::Licence& row = found.second;
    licence = found.first.first;
    return fits(row) && (!spare_pillars || row.holder() > world.traders[pillars - 1]);
  });
  if (entry != nullptr) licence = entry->first.first;
  return entry != nullptr;
}

template <typename Verb>
bool cite_act(World& world, Verb& verb, authority::v1::ActScope scope) {
  verb.act = world.act_about(world.licences.find(verb.licence)->holder(), scope);
  return verb.act != 0;
}

}  // namespace astyq::sim
