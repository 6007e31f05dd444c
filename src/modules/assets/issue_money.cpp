// SPDX-License-Identifier: Apache-2.0
// A licensed issuer gives out its money to a party, as a bank credits an account.
#include "assets/handlers.gen.h"
#include "base/amount.h"
#include "modules/assets/assets.h"
#include "modules/licences/licences.h"

namespace astyq::assets {

using v1::IssueMoney;

Refusal check(const IssueMoney& tx, const Rules&) {
  if (tx.to() == 0) return IssueMoney::NO_RECEIVER;
  if (tx.amount_tiyn() == 0) return IssueMoney::NO_AMOUNT;
  if (!Tiyn::of(tx.amount_tiyn())) return IssueMoney::AMOUNT_TOO_LARGE;
  return kAccepted;
}

Outcome apply(const IssueMoney& tx, TxContext& ctx) {
  const auto money = find_money(ctx, tx.asset());
  if (!money) return IssueMoney::NO_SUCH_MONEY;
  if (money->issuer() != ctx.party()) return IssueMoney::NOT_ISSUER;
  if (!licences::is_licensed(ctx, ctx.party(), licences::v1::MONEY_ISSUER))
    return IssueMoney::NOT_LICENSED;
  if (!has_room(ctx, tx.asset(), tx.amount_tiyn())) return IssueMoney::SUPPLY_FULL;

  mint(ctx, tx.asset(), tx.to(), tx.amount_tiyn());
  return kAccepted;
}

}  // namespace astyq::assets
