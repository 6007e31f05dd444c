// SPDX-License-Identifier: Apache-2.0
// A licensed issuer opens its money in a currency.
#include "assets/handlers.gen.h"
#include "modules/assets/assets.h"
#include "modules/licences/licences.h"

namespace astyq::assets {

using v1::DefineMoney;

Refusal check(const DefineMoney& tx, const Rules&) {
  if (!is_currency_code(tx.code())) return DefineMoney::WRONG_CODE;
  return kAccepted;
}

Outcome apply(const DefineMoney& tx, TxContext& ctx) {
  if (!licences::is_licensed(ctx, ctx.party(), licences::v1::MONEY_ISSUER))
    return DefineMoney::NOT_LICENSED;
  if (money_of(ctx, ctx.party(), tx.code())) return DefineMoney::ALREADY_DEFINED;

  return Outcome::created(define_money(ctx, ctx.party(), tx.code()));
}

}  // namespace astyq::assets
