// SPDX-License-Identifier: Apache-2.0
// A holder of tokens takes kilograms of a locked receipt back as a receipt of his own; the tokens
// end. Neither a lapsed licence nor a shipment ban hinders it: no grain moves, and nobody is owed
// more than before.
#include "base/amount.h"
#include "modules/assets/assets.h"
#include "modules/pools/pools.h"
#include "modules/receipts/receipts.h"
#include "pools/handlers.gen.h"
#include "pools/state.gen.h"

namespace astyq::pools {

using v1::RedeemTokens;

Refusal check(const RedeemTokens& tx, const Rules&) {
  if (tx.kg() == 0) return RedeemTokens::NO_KG;
  return kAccepted;
}

Outcome apply(const RedeemTokens& tx, TxContext& ctx) {
  const auto receipt = receipts::find(ctx, tx.receipt());
  if (!receipt) return RedeemTokens::NO_SUCH_RECEIPT;
  if (receipt->state() != receipts::v1::TOKENISED) return RedeemTokens::NOT_IN_POOL;
  if (tx.kg() > receipt->kg()) return RedeemTokens::MORE_THAN_RECEIPT;
  v1::Pool pool = ctx.require(kPools(receipt->pool()));
  const auto mass = Kg::of(tx.kg());
  ASTYQ_CHECK(mass && mass->count() <= pool.locked_kg());
  ASTYQ_CHECK(receipt->blocked_by_act() == 0 && !receipt->encumbered());
  const auto grams = grams_of(*mass);
  ASTYQ_CHECK(grams.has_value());
  if (assets::available(ctx, ctx.party(), pool.asset()) < grams->count())
    return RedeemTokens::NOT_ENOUGH_TOKENS;

  assets::burn(ctx, pool.asset(), ctx.party(), grams->count());
  pool.set_locked_kg(pool.locked_kg() - mass->count());
  ctx.put(kPools(receipt->pool()), pool);
  return Outcome::created(receipts::take_from_pool(ctx, tx.receipt(), mass->count(), ctx.party()));
}

}  // namespace astyq::pools
