// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/elevator_ways.h"

// Returns of grain that has no receipt, and the batches that they take it from.
namespace astyq::sim {

inline const auto kNoReturn = [](World&, auto& draft) { draft.verb.grain_return = kNobody; };

inline const elevators::v1::Batch& batch_of(World& world, const elevators::v1::GrainReturn& row) {
  return *world.batches.find(row.batch());
}

}  // namespace astyq::sim
