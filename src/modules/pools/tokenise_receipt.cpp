// SPDX-License-Identifier: Apache-2.0
// A holder locks a whole receipt in the pool of its grade and gets tokens for every kilogram of it.
#include "base/amount.h"
#include "modules/assets/assets.h"
#include "modules/elevators/elevators.h"
#include "modules/pools/pools.h"
#include "modules/receipts/receipts.h"
#include "pools/handlers.gen.h"
#include "pools/state.gen.h"

namespace astyq::pools {

using v1::TokeniseReceipt;

namespace {

bool fits(const receipts::v1::Receipt& receipt, const v1::Pool& pool) {
  return receipt.elevator() == pool.elevator() && is_same_grade(receipt.grade(), pool.grade());
}

}  // namespace

Refusal check(const TokeniseReceipt&, const Rules&) {
  return kAccepted;
}

Outcome apply(const TokeniseReceipt& tx, TxContext& ctx) {
  const auto receipt = receipts::find(ctx, tx.receipt());
  if (!receipt) return TokeniseReceipt::NO_SUCH_RECEIPT;
  auto pool = find(ctx, tx.pool());
  if (!pool) return TokeniseReceipt::NO_SUCH_POOL;
  if (receipt->restricted().holder() != ctx.party()) return TokeniseReceipt::NOT_HOLDER;
  if (!receipts::is_free(*receipt)) return TokeniseReceipt::NOT_FREE;
  if (!fits(*receipt, *pool)) return TokeniseReceipt::DOES_NOT_FIT;
  if (!elevators::is_open_for_business(ctx, pool->elevator()))
    return TokeniseReceipt::ELEVATOR_CLOSED;
  const auto mass = Kg::of(receipt->kg());
  ASTYQ_CHECK(mass && mass->count() > 0);
  const auto grams = grams_of(*mass);
  if (!grams || !assets::has_room(ctx, pool->asset(), grams->count()))
    return TokeniseReceipt::SUPPLY_FULL;

  receipts::lock_in_pool(ctx, tx.receipt(), tx.pool());
  assets::mint(ctx, pool->asset(), ctx.party(), grams->count());
  pool->set_locked_kg(pool->locked_kg() + mass->count());
  ctx.put(kPools(tx.pool()), *pool);
  return kAccepted;
}

}  // namespace astyq::pools
