// SPDX-License-Identifier: Apache-2.0
// A party gives itself one more key: a second officer's, or a spare one for the day a device is
// lost.
#include "identity/handlers.gen.h"
#include "identity/state.gen.h"
#include "modules/identity/identity.h"

namespace astyq::identity {

using v1::AddKey;

Refusal check(const AddKey& tx, const Rules&) {
  if (!is_well_formed(tx.key())) return AddKey::WRONG_KEY;
  return kAccepted;
}

Outcome apply(const AddKey& tx, TxContext& ctx) {
  const auto party_slot = kParties(ctx.party());
  v1::Party party = ctx.require(party_slot);
  if (party.active_keys() >= ctx.rules().max_keys_per_party()) return AddKey::TOO_MANY_KEYS;
  if (!key_is_unused(ctx, tx.key().public_key())) return AddKey::KEY_IN_USE;

  add_key(ctx, ctx.party(), tx.key());
  party.set_active_keys(party.active_keys() + 1);
  ctx.put(party_slot, party);
  return kAccepted;
}

}  // namespace astyq::identity
