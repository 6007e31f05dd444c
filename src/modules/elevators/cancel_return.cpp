// SPDX-License-Identifier: Apache-2.0
// A depositor thinks better of a return: what has not left for it is a receipt's, a proposal's or
// another return's to take again. What has left stays recorded.
#include "elevators/handlers.gen.h"
#include "elevators/state.gen.h"
#include "modules/elevators/elevators.h"
#include "modules/elevators/kilograms.h"

namespace astyq::elevators {

using v1::CancelReturn;

Refusal check(const CancelReturn&, const Rules&) {
  return kAccepted;
}

Outcome apply(const CancelReturn& tx, TxContext& ctx) {
  const auto row = ctx.get(kReturns(tx.grain_return()));
  if (!row) return CancelReturn::NO_SUCH_RETURN;
  v1::Batch batch = ctx.require(kBatches(row->batch()));
  if (batch.restricted().depositor() != ctx.party()) return CancelReturn::NOT_DEPOSITOR;

  const std::uint64_t left_kg = subtract_kg(row->kg(), row->released_kg());
  batch.set_returning_kg(subtract_kg(batch.returning_kg(), left_kg));
  ctx.put(kBatches(row->batch()), batch);
  ctx.erase(kReturns(tx.grain_return()));
  return kAccepted;
}

}  // namespace astyq::elevators
