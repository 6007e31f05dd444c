// SPDX-License-Identifier: Apache-2.0
// The operator hands out grain for a return that its depositor ordered, and says from which bin.
// The return ends with its last kilogram.
#include "elevators/handlers.gen.h"
#include "elevators/state.gen.h"
#include "modules/elevators/elevators.h"
#include "modules/elevators/kilograms.h"
#include "modules/elevators/outbound.h"

namespace astyq::elevators {

using v1::RecordReturnOutbound;

namespace {

void release(TxContext& ctx, std::uint64_t grain_return, v1::GrainReturn row, std::uint64_t kg) {
  row.set_released_kg(add_kg(row.released_kg(), kg));
  if (row.released_kg() == row.kg()) {
    ctx.erase(kReturns(grain_return));
  } else {
    ctx.put(kReturns(grain_return), row);
  }
  v1::Batch batch = ctx.require(kBatches(row.batch()));
  batch.set_returning_kg(subtract_kg(batch.returning_kg(), kg));
  batch.set_withdrawn_kg(add_kg(batch.withdrawn_kg(), kg));
  ctx.put(kBatches(row.batch()), batch);
}

}  // namespace

Refusal check(const RecordReturnOutbound& tx, const Rules&) {
  if (tx.kg() == 0 || !Kg::of(tx.kg())) return RecordReturnOutbound::NO_WEIGHT;
  return kAccepted;
}

Outcome apply(const RecordReturnOutbound& tx, TxContext& ctx) {
  const auto row = ctx.get(kReturns(tx.grain_return()));
  if (!row) return RecordReturnOutbound::NO_SUCH_RETURN;
  const v1::Batch batch = ctx.require(kBatches(row->batch()));
  if (ctx.require(kElevators(batch.elevator())).operator_() != ctx.party())
    return RecordReturnOutbound::NOT_OPERATOR;
  if (!may_release(ctx, batch.elevator())) return RecordReturnOutbound::SHIPMENT_BAN;
  const auto bin = ctx.get(kBins(tx.bin()));
  if (!bin || bin->elevator() != batch.elevator()) return RecordReturnOutbound::NO_SUCH_BIN;
  if (bin->balance_kg() > 0 && bin->crop() != batch.grade().crop())
    return RecordReturnOutbound::BIN_OTHER_CROP;
  ASTYQ_CHECK(row->released_kg() < row->kg());
  if (tx.kg() > row->kg() - row->released_kg()) return RecordReturnOutbound::MORE_THAN_ORDERED;
  if (tx.kg() > bin->balance_kg()) return RecordReturnOutbound::MORE_THAN_IN_BIN;

  release(ctx, tx.grain_return(), *row, tx.kg());
  v1::Outbound outbound;
  outbound.set_elevator(batch.elevator());
  outbound.set_bin(tx.bin());
  outbound.set_kg(tx.kg());
  outbound.set_grain_return(tx.grain_return());
  outbound.set_batch(row->batch());
  return Outcome::created(record_outbound(ctx, outbound));
}

}  // namespace astyq::elevators
