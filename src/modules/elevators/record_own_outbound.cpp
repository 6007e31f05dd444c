// SPDX-License-Identifier: Apache-2.0
// The operator takes out grain that it deposited itself and that no receipt promises to anyone.
#include "elevators/handlers.gen.h"
#include "elevators/state.gen.h"
#include "modules/elevators/elevators.h"
#include "modules/elevators/outbound.h"

namespace astyq::elevators {

using v1::RecordOwnOutbound;

Refusal check(const RecordOwnOutbound& tx, const Rules&) {
  if (tx.kg() == 0 || !Kg::of(tx.kg())) return RecordOwnOutbound::NO_WEIGHT;
  return kAccepted;
}

Outcome apply(const RecordOwnOutbound& tx, TxContext& ctx) {
  auto batch = find_batch(ctx, tx.batch());
  if (!batch) return RecordOwnOutbound::NO_SUCH_BATCH;
  if (ctx.require(kElevators(batch->elevator())).operator_() != ctx.party())
    return RecordOwnOutbound::NOT_OPERATOR;
  if (batch->restricted().depositor() != ctx.party()) return RecordOwnOutbound::NOT_OWN_GRAIN;
  if (!may_release(ctx, batch->elevator())) return RecordOwnOutbound::SHIPMENT_BAN;
  const auto bin = ctx.get(kBins(tx.bin()));
  if (!bin || bin->elevator() != batch->elevator()) return RecordOwnOutbound::NO_SUCH_BIN;
  if (bin->balance_kg() > 0 && bin->crop() != batch->grade().crop())
    return RecordOwnOutbound::BIN_OTHER_CROP;
  if (tx.kg() > unreceipted_kg(*batch)) return RecordOwnOutbound::MORE_THAN_UNRECEIPTED;
  if (tx.kg() > bin->balance_kg()) return RecordOwnOutbound::MORE_THAN_IN_BIN;

  batch->set_withdrawn_kg(batch->withdrawn_kg() + tx.kg());
  ctx.put(kBatches(tx.batch()), *batch);
  v1::Outbound outbound;
  outbound.set_elevator(batch->elevator());
  outbound.set_bin(tx.bin());
  outbound.set_kg(tx.kg());
  outbound.set_batch(tx.batch());
  return Outcome::created(record_outbound(ctx, outbound));
}

}  // namespace astyq::elevators
