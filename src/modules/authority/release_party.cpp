// SPDX-License-Identifier: Apache-2.0
// An authority lets a frozen party act again, as the act that lifts the arrest says, or after the
// arrest's own term.
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
  const std::uint64_t ground = identity::freezing_act(ctx, tx.party());
  if (ground == 0) return ReleaseParty::NOT_FROZEN;
  if (!act_lifts(ctx, tx.act(), v1::RELEASE_PARTY, tx.party(), ground))
    return ReleaseParty::ACT_DOES_NOT_COVER;
  identity::set_freeze(ctx, tx.party(), 0);
  return kAccepted;
}

}  // namespace astyq::authority
