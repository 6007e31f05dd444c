// SPDX-License-Identifier: Apache-2.0
// The operator hands out grain for a receipt whose redemption was ordered, and says from which bin.
#include "elevators/handlers.gen.h"
#include "elevators/state.gen.h"
#include "modules/elevators/elevators.h"
#include "modules/elevators/outbound.h"

namespace astyq::elevators {

using v1::RecordRedemptionOutbound;

Refusal check(const RecordRedemptionOutbound& tx, const Rules&) {
  if (tx.kg() == 0 || !Kg::of(tx.kg())) return RecordRedemptionOutbound::NO_WEIGHT;
  return kAccepted;
}

Outcome apply(const RecordRedemptionOutbound& tx, TxContext& ctx) {
  auto permit = find_permit(ctx, tx.receipt());
  if (!permit) return RecordRedemptionOutbound::NO_PERMIT;
  if (ctx.require(kElevators(permit->elevator())).operator_() != ctx.party())
    return RecordRedemptionOutbound::NOT_OPERATOR;
  if (!may_release(ctx, permit->elevator())) return RecordRedemptionOutbound::SHIPMENT_BAN;
  if (permit->stopped()) return RecordRedemptionOutbound::STOPPED;
  const auto bin = ctx.get(kBins(tx.bin()));
  if (!bin || bin->elevator() != permit->elevator()) return RecordRedemptionOutbound::NO_SUCH_BIN;
  if (bin->balance_kg() > 0 && bin->crop() != permit->crop())
    return RecordRedemptionOutbound::BIN_OTHER_CROP;
  ASTYQ_CHECK(permit->released_kg() <= permit->kg());
  if (tx.kg() > permit->kg() - permit->released_kg())
    return RecordRedemptionOutbound::MORE_THAN_PERMITTED;
  if (tx.kg() > bin->balance_kg()) return RecordRedemptionOutbound::MORE_THAN_IN_BIN;

  permit->set_released_kg(permit->released_kg() + tx.kg());
  ctx.put(kReleasePermits(tx.receipt()), *permit);
  v1::Outbound outbound;
  outbound.set_elevator(permit->elevator());
  outbound.set_bin(tx.bin());
  outbound.set_kg(tx.kg());
  outbound.set_receipt(tx.receipt());
  return Outcome::created(record_outbound(ctx, outbound));
}

}  // namespace astyq::elevators
