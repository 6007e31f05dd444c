// SPDX-License-Identifier: Apache-2.0
// The local executive body changes a granary's technical capacity, also to less than its live
// receipts.
#include "elevators/handlers.gen.h"
#include "elevators/state.gen.h"
#include "modules/elevators/elevators.h"

namespace astyq::elevators {

using v1::ChangeCapacity;

Refusal check(const ChangeCapacity& tx, const Rules&) {
  if (tx.technical_capacity_kg() == 0 || !Kg::of(tx.technical_capacity_kg()))
    return ChangeCapacity::WRONG_CAPACITY;
  return kAccepted;
}

Outcome apply(const ChangeCapacity& tx, TxContext& ctx) {
  auto elevator = find(ctx, tx.elevator());
  if (!elevator) return ChangeCapacity::NO_SUCH_ELEVATOR;
  if (elevator->technical_capacity_kg() == tx.technical_capacity_kg())
    return ChangeCapacity::SAME_CAPACITY;

  elevator->set_technical_capacity_kg(tx.technical_capacity_kg());
  ctx.put(kElevators(tx.elevator()), *elevator);
  return kAccepted;
}

}  // namespace astyq::elevators
