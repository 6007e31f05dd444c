// SPDX-License-Identifier: Apache-2.0
// An authority bans shipments from an elevator, or lifts the ban, on the ground of an act about its
// operator.
#include "elevators/handlers.gen.h"
#include "elevators/state.gen.h"
#include "modules/authority/authority.h"
#include "modules/elevators/elevators.h"

namespace astyq::elevators {

using v1::SetRegime;

namespace {

bool is_ordered(const SetRegime& tx, const v1::Elevator& elevator, const View& view) {
  if (tx.regime() == v1::SHIPMENT_BAN)
    return authority::act_covers(view, tx.act(), authority::v1::BAN_SHIPMENTS,
                                 elevator.operator_());
  return authority::act_lifts(view, tx.act(), authority::v1::LIFT_SHIPMENT_BAN,
                              elevator.operator_(), elevator.regime_act());
}

}  // namespace

Refusal check(const SetRegime& tx, const Rules&) {
  if (tx.regime() == v1::REGIME_UNSPECIFIED) return SetRegime::NO_REGIME;
  return kAccepted;
}

Outcome apply(const SetRegime& tx, TxContext& ctx) {
  auto elevator = find(ctx, tx.elevator());
  if (!elevator) return SetRegime::NO_SUCH_ELEVATOR;
  if (elevator->regime() == tx.regime()) return SetRegime::SAME_REGIME;
  if (!is_ordered(tx, *elevator, ctx)) return SetRegime::ACT_DOES_NOT_COVER;

  elevator->set_regime(tx.regime());
  elevator->set_regime_act(tx.act());
  ctx.put(kElevators(tx.elevator()), *elevator);
  return kAccepted;
}

}  // namespace astyq::elevators
