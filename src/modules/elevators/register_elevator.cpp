// SPDX-License-Identifier: Apache-2.0
// The local executive body enters a licensed granary: who runs it, where it stands, how much it may
// hold.
#include "elevators/handlers.gen.h"
#include "elevators/state.gen.h"
#include "modules/elevators/elevators.h"
#include "modules/licences/licences.h"

namespace astyq::elevators {

using v1::RegisterElevator;

Refusal check(const RegisterElevator& tx, const Rules&) {
  if (tx.operator_party() == 0) return RegisterElevator::NO_OPERATOR;
  if (tx.name().empty()) return RegisterElevator::NO_NAME;
  if (tx.place().empty()) return RegisterElevator::NO_PLACE;
  if (tx.technical_capacity_kg() == 0 || !Kg::of(tx.technical_capacity_kg()))
    return RegisterElevator::WRONG_CAPACITY;
  return kAccepted;
}

Outcome apply(const RegisterElevator& tx, TxContext& ctx) {
  if (!licences::is_licensed(ctx, tx.operator_party(), licences::v1::ELEVATOR))
    return RegisterElevator::NOT_LICENSED;

  v1::Elevator elevator;
  elevator.set_operator_(tx.operator_party());
  elevator.set_name(tx.name());
  elevator.set_place(tx.place());
  elevator.set_technical_capacity_kg(tx.technical_capacity_kg());
  elevator.set_regime(v1::NORMAL);
  return Outcome::created(ctx.add(kElevators, elevator));
}

}  // namespace astyq::elevators
