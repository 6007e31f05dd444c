// SPDX-License-Identifier: Apache-2.0
// A party puts a new key in the place of one of its own, as each year when a certificate runs out.
#include "identity/handlers.gen.h"
#include "modules/identity/identity.h"

namespace astyq::identity {

using v1::RotateKey;

Refusal check(const RotateKey& tx, const Rules&) {
  if (!is_well_formed(tx.new_key())) return RotateKey::WRONG_KEY;
  return kAccepted;
}

Outcome apply(const RotateKey& tx, TxContext& ctx) {
  if (!is_active_key(ctx, ctx.party(), tx.old_public_key())) return RotateKey::NO_SUCH_KEY;
  if (!key_is_unused(ctx, tx.new_key().public_key())) return RotateKey::KEY_IN_USE;

  revoke_key(ctx, tx.old_public_key());
  add_key(ctx, ctx.party(), tx.new_key());
  return kAccepted;
}

}  // namespace astyq::identity
