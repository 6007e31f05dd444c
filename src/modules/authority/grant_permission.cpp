// SPDX-License-Identifier: Apache-2.0
// An authority gives a party a permission.
#include "authority/handlers.gen.h"
#include "authority/state.gen.h"
#include "ledger/permission.h"
#include "modules/authority/authority.h"

namespace astyq::authority {

using v1::GrantPermission;

Refusal check(const GrantPermission& tx, const Rules&) {
  if (tx.party() == 0) return GrantPermission::NO_PARTY;
  if (!is_permission(permission_id(tx.permission()))) return GrantPermission::NO_SUCH_PERMISSION;
  return kAccepted;
}

Outcome apply(const GrantPermission& tx, TxContext& ctx) {
  if (holds_permission(ctx, tx.party(), permission_id(tx.permission())))
    return GrantPermission::ALREADY_GRANTED;
  grant(ctx, tx.party(), tx.permission(), ctx.party());
  return kAccepted;
}

}  // namespace astyq::authority
