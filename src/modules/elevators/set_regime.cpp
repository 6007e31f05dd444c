// SPDX-License-Identifier: Apache-2.0
// An authority bans shipments from an elevator, or lifts the ban, on the ground of an act about its
// operator.
#include "elevators/handlers.gen.h"
#include "elevators/state.gen.h"
#include "modules/authority/authority.h"
#include "modules/elevators/elevators.h"

namespace astyq::elevators {

using v1::SetRegime;

Refusal check(const SetRegime& tx, const Rules&) {
  if (tx.regime() == v1::REGIME_UNSPECIFIED) return SetRegime::NO_REGIME;
  return kAccepted;
}

Outcome apply(const SetRegime& tx, TxContext& ctx) {
  auto elevator = find(ctx, tx.elevator());
  if (!elevator) return SetRegime::NO_SUCH_ELEVATOR;
  if (elevator->regime() == tx.regime()) return SetRegime::SAME_REGIME;
  constexpr std::uint64_t kAnyAuthority = 0;
  if (!authority::act_covers(ctx, tx.act(), kAnyAuthority, elevator->operator_()))
    return SetRegime::ACT_DOES_NOT_COVER;

  elevator->set_regime(tx.regime());
  elevator->set_regime_act(tx.act());
  ctx.put(kElevators(tx.elevator()), *elevator);
  return kAccepted;
}

}  // namespace astyq::elevators
