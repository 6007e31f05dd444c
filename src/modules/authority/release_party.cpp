// SPDX-License-Identifier: Apache-2.0
// An authority lets a frozen party act again, as the act that lifts the arrest says.
#include "authority/handlers.gen.h"
#include "modules/authority/authority.h"
#include "modules/identity/identity.h"

namespace astyq::authority {

using v1::ReleaseParty;

Refusal check(const ReleaseParty& tx, const Rules&) {
  if (tx.party() == 0) return ReleaseParty::NO_PARTY;
  return kAccepted;
}

Outcome apply(const ReleaseParty& tx, TxContext& ctx) {
  if (!act_covers(ctx, tx.act(), 0, tx.party())) return ReleaseParty::ACT_DOES_NOT_COVER;
  if (!identity::is_frozen(ctx, tx.party())) return ReleaseParty::NOT_FROZEN;
  if (identity::freezing_act(ctx, tx.party()) == tx.act()) return ReleaseParty::SAME_ACT;
  identity::set_freeze(ctx, tx.party(), 0);
  return kAccepted;
}

}  // namespace astyq::authority
