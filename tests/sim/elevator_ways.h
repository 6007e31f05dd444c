// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "sim/book.h"

// Elevators, their bins, and the batches that lie in them.
namespace astyq::sim {

// The granaries that the run began with have the first ids; trade is there.
inline constexpr std::uint64_t kGranariesOfTrade = 6;

inline const auto kNoElevator = [](World&, auto& draft) { draft.verb.elevator = kNobody; };

// Where the trade is, or any.
inline std::uint64_t some_elevator(World& world) {
  if (world.dice.percent(50)) return world.dice.between(1, kGranariesOfTrade);
  return world.elevators.pick(world.dice, [](const auto&) { return true; })->first.first;
}

inline std::uint64_t some_capacity_kg(World& world) {
  return world.dice.percent(25) ? world.dice.between(1, 1'000)
                                : world.dice.between(100'000'000, 400'000'000);
}

inline std::uint64_t operator_of(World& world, std::uint64_t elevator) {
  return world.elevators.find(elevator)->operator_();
}

// Whether receipts may come to be for its grain.
inline bool is_open(World& world, std::uint64_t elevator) {
  const auto& row = *world.elevators.find(elevator);
  return row.regime() != elevators::v1::SHIPMENT_BAN &&
         world.is_licensed(row.operator_(), licences::v1::ELEVATOR);
}

inline std::uint64_t free_capacity_kg(World& world, std::uint64_t elevator) {
  const auto& row = *world.elevators.find(elevator);
  return row.technical_capacity_kg() -
         std::min(row.technical_capacity_kg(), row.live_receipts_kg());
}

// A bin of the elevator that fits; 0: none.
template <typename Fits>
std::uint64_t bin_where(World& world, std::uint64_t elevator, Fits fits) {
  const auto* entry = world.bins.pick(world.dice, [&](const elevators::v1::Bin& row) {
    return row.elevator() == elevator && fits(row);
  });
  return entry == nullptr ? 0 : entry->first.first;
}

inline std::uint64_t bin_with(World& world, std::uint64_t elevator, elevators::v1::Crop crop) {
  return bin_where(world, elevator,
                   [&](const auto& row) { return row.balance_kg() > 0 && row.crop() == crop; });
}

inline std::uint64_t bin_with_other(World& world, std::uint64_t elevator,
                                    elevators::v1::Crop crop) {
  return bin_where(world, elevator,
                   [&](const auto& row) { return row.balance_kg() > 0 && row.crop() != crop; });
}

inline std::uint64_t unreceipted_kg(const elevators::v1::Batch& row) {
  return row.credited_kg() - row.proposed_kg() - row.receipted_kg() - row.returning_kg() -
         row.withdrawn_kg();
}

}  // namespace astyq::sim
