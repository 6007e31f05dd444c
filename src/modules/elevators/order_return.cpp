// SPDX-License-Identifier: Apache-2.0
// A depositor wants grain back that no receipt promises to anyone: it is held, so that nothing else
// takes it, and the elevator may let so much leave for the receiver.
#include "elevators/handlers.gen.h"
#include "elevators/state.gen.h"
#include "modules/elevators/elevators.h"
#include "modules/elevators/kilograms.h"

namespace astyq::elevators {

using v1::OrderReturn;

Refusal check(const OrderReturn& tx, const Rules&) {
  if (tx.kg() == 0 || !Kg::of(tx.kg())) return OrderReturn::NO_WEIGHT;
  if (tx.receiver() == 0) return OrderReturn::NO_RECEIVER;
  return kAccepted;
}

Outcome apply(const OrderReturn& tx, TxContext& ctx) {
  auto batch = find_batch(ctx, tx.batch());
  if (!batch) return OrderReturn::NO_SUCH_BATCH;
  if (batch->restricted().depositor() != ctx.party()) return OrderReturn::NOT_DEPOSITOR;
  // A lost licence ends intake, not the duty to give grain back: only a ban holds it.
  if (!may_release(ctx, batch->elevator())) return OrderReturn::SHIPMENT_BAN;
  if (tx.kg() > unreceipted_kg(*batch)) return OrderReturn::MORE_THAN_UNRECEIPTED;

  batch->set_returning_kg(add_kg(batch->returning_kg(), tx.kg()));
  ctx.put(kBatches(tx.batch()), *batch);
  v1::GrainReturn row;
  row.set_batch(tx.batch());
  row.set_kg(tx.kg());
  row.mutable_restricted()->set_receiver(tx.receiver());
  return Outcome::created(ctx.add(kReturns, row));
}

}  // namespace astyq::elevators
