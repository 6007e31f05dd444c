// SPDX-License-Identifier: Apache-2.0
// An issuer takes money that has come back to it out of circulation. A lapsed licence does not
// hinder it: what is owed only shrinks.
#include "assets/handlers.gen.h"
#include "modules/assets/assets.h"

namespace astyq::assets {

using v1::RetireMoney;

Refusal check(const RetireMoney& tx, const Rules&) {
  if (tx.amount_tiyn() == 0) return RetireMoney::NO_AMOUNT;
  return kAccepted;
}

Outcome apply(const RetireMoney& tx, TxContext& ctx) {
  const auto money = find_money(ctx, tx.asset());
  if (!money) return RetireMoney::NO_SUCH_MONEY;
  if (money->issuer() != ctx.party()) return RetireMoney::NOT_ISSUER;
  if (available(ctx, ctx.party(), tx.asset()) < tx.amount_tiyn()) return RetireMoney::NOT_ENOUGH;

  burn(ctx, tx.asset(), ctx.party(), tx.amount_tiyn());
  return kAccepted;
}

}  // namespace astyq::assets
