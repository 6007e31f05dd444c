// SPDX-License-Identifier: Apache-2.0
// A holder pays money or hands tokens to another party; nothing of it can be half done.
#include "modules/assets/assets.h"
#include "payments/handlers.gen.h"

namespace astyq::payments {

using v1::Transfer;

Refusal check(const Transfer& tx, const Rules&) {
  if (tx.to() == 0) return Transfer::NO_RECEIVER;
  if (tx.amount() == 0) return Transfer::NO_AMOUNT;
  if (!tx.reference().empty() && tx.reference().size() != sizeof(Hash))
    return Transfer::WRONG_REFERENCE;
  return kAccepted;
}

Outcome apply(const Transfer& tx, TxContext& ctx) {
  if (tx.to() == ctx.party()) return Transfer::TO_SELF;
  if (!assets::find(ctx, tx.asset())) return Transfer::NO_SUCH_ASSET;
  if (assets::available(ctx, ctx.party(), tx.asset()) < tx.amount()) return Transfer::NOT_ENOUGH;

  assets::move(ctx, tx.asset(), ctx.party(), tx.to(), tx.amount());
  return kAccepted;
}

}  // namespace astyq::payments
