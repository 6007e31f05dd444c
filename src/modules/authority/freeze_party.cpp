// SPDX-License-Identifier: Apache-2.0
// An authority stops all operations of a party, as a court or a bailiff orders.
#include "authority/handlers.gen.h"
#include "modules/authority/authority.h"
#include "modules/identity/identity.h"

namespace astyq::authority {

using v1::FreezeParty;

Refusal check(const FreezeParty& tx, const Rules&) {
  if (tx.party() == 0) return FreezeParty::NO_PARTY;
  return kAccepted;
}

Outcome apply(const FreezeParty& tx, TxContext& ctx) {
  if (tx.party() == ctx.party()) return FreezeParty::OWN_PARTY;
  if (!act_covers(ctx, tx.act(), v1::FREEZE_PARTY, tx.party()))
    return FreezeParty::ACT_DOES_NOT_COVER;
  if (identity::is_frozen(ctx, tx.party())) return FreezeParty::ALREADY_FROZEN;
  identity::set_freeze(ctx, tx.party(), tx.act());
  return kAccepted;
}

}  // namespace astyq::authority
