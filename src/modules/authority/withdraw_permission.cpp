// SPDX-License-Identifier: Apache-2.0
// An authority takes a permission back, as when a service leaves the network.
#include "authority/handlers.gen.h"
#include "ledger/permission.h"
#include "modules/authority/authority.h"

namespace astyq::authority {

using v1::WithdrawPermission;

namespace {

// Whoever withdraws holds this one and keeps it: the network never loses its last granter.
constexpr std::string_view kGranter = "authority.grant";

}  // namespace

Refusal check(const WithdrawPermission& tx, const Rules&) {
  if (tx.party() == 0) return WithdrawPermission::NO_PARTY;
  return kAccepted;
}

Outcome apply(const WithdrawPermission& tx, TxContext& ctx) {
  if (!holds_permission(ctx, tx.party(), permission_id(tx.permission())))
    return WithdrawPermission::NOT_GRANTED;
  if (tx.party() == ctx.party() && tx.permission() == kGranter)
    return WithdrawPermission::OWN_GRANT;
  withdraw(ctx, tx.party(), tx.permission());
  return kAccepted;
}

}  // namespace astyq::authority
