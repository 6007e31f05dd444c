// SPDX-License-Identifier: Apache-2.0
// A party takes a key out of use for ever, as when a device is lost or an officer leaves.
#include "identity/handlers.gen.h"
#include "identity/state.gen.h"
#include "modules/identity/identity.h"

namespace astyq::identity {

using v1::RevokeKey;

Refusal check(const RevokeKey&, const Rules&) {
  return kAccepted;
}

Outcome apply(const RevokeKey& tx, TxContext& ctx) {
  if (!is_active_key(ctx, ctx.party(), tx.public_key())) return RevokeKey::NO_SUCH_KEY;
  const auto party_slot = kParties(ctx.party());
  v1::Party party = ctx.require(party_slot);
  if (party.active_keys() <= party.threshold()) return RevokeKey::TOO_FEW_LEFT;

  revoke_key(ctx, tx.public_key());
  party.set_active_keys(party.active_keys() - 1);
  ctx.put(party_slot, party);
  return kAccepted;
}

}  // namespace astyq::identity
