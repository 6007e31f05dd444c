// SPDX-License-Identifier: Apache-2.0
// The operator adds a silo or warehouse, empty, to its elevator.
#include "elevators/handlers.gen.h"
#include "elevators/state.gen.h"
#include "modules/elevators/elevators.h"

namespace astyq::elevators {

using v1::AddBin;

Refusal check(const AddBin& tx, const Rules&) {
  if (tx.name().empty()) return AddBin::NO_NAME;
  if (tx.capacity_kg() == 0 || !Kg::of(tx.capacity_kg())) return AddBin::WRONG_CAPACITY;
  return kAccepted;
}

Outcome apply(const AddBin& tx, TxContext& ctx) {
  auto elevator = find(ctx, tx.elevator());
  if (!elevator) return AddBin::NO_SUCH_ELEVATOR;
  if (elevator->operator_() != ctx.party()) return AddBin::NOT_OPERATOR;
  if (elevator->bins() >= ctx.rules().max_bins_per_elevator()) return AddBin::TOO_MANY_BINS;

  elevator->set_bins(elevator->bins() + 1);
  ctx.put(kElevators(tx.elevator()), *elevator);
  v1::Bin bin;
  bin.set_elevator(tx.elevator());
  bin.set_name(tx.name());
  bin.set_capacity_kg(tx.capacity_kg());
  return Outcome::created(ctx.add(kBins, bin));
}

}  // namespace astyq::elevators
