// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "sim/book.h"

// Money and tokens: who issues them, who has some, and what is asked for.
namespace astyq::sim {

// Some money whose issuer may, or may not, issue now.
inline bool money_of_licensed(World& world, bool licensed, std::uint64_t& issuer,
                              std::uint64_t& asset) {
  const auto* money = world.assets.pick(world.dice, [&](const assets::v1::Asset& row) {
    return row.kind() == assets::v1::MONEY && !world.is_frozen(row.issuer()) &&
           world.is_licensed(row.issuer(), licences::v1::MONEY_ISSUER) == licensed;
  });
  if (money == nullptr) return false;
  issuer = money->second.issuer();
  asset = money->first.first;
  return true;
}

// Somebody with free units of a kind of asset.
inline bool owner_of(World& world, assets::v1::AssetKind kind, std::uint64_t& party,
                     std::uint64_t& asset) {
  const auto* entry = world.balances.pick_entry(world.dice, [&](const auto& balance) {
    const auto [holder, id] = balance.first;
    return world.balance(holder, id) > 0 && world.assets.find(id)->kind() == kind &&
           !world.is_frozen(holder);
  });
  if (entry == nullptr) return false;
  party = entry->first.first;
  asset = entry->first.second;
  return true;
}

inline std::uint64_t some_of(World& world, std::uint64_t party, std::uint64_t asset) {
  return world.dice.between(1, std::min<std::uint64_t>(world.balance(party, asset), 5'000'000));
}

inline std::uint64_t usual_money(World& world) {
  return world.dice.between(1, world.issuers.size());  // the first assets of a run
}

// Now and then more than anybody has.
inline std::uint64_t some_price_tiyn(World& world) {
  return world.dice.percent(10) ? kTooLarge - 1 : world.dice.between(1, 100'000'000);
}

}  // namespace astyq::sim
