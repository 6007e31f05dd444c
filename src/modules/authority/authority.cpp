// SPDX-License-Identifier: Apache-2.0
#include "modules/authority/authority.h"

#include <algorithm>

#include "authority/state.gen.h"
#include "ledger/permission.h"

namespace astyq::authority {
namespace {

bool has_expired(const View& view, const v1::Act& act) {
  return act.expires_at_ns() != 0 && act.expires_at_ns() <= view.time().time_ns;
}

}  // namespace

bool holds_permission(const View& view, std::uint64_t party, std::uint64_t id) {
  return view.exists(kGrants(party, id));
}

void grant(View& view, std::uint64_t party, std::string_view permission, std::uint64_t granted_by) {
  const std::uint64_t id = permission_id(permission);
  ASTYQ_CHECK(is_permission(id) && !holds_permission(view, party, id));
  v1::Grant row;
  row.set_permission(std::string(permission));
  row.set_granted_by(granted_by);
  view.put(kGrants(party, id), row);
}

void withdraw(View& view, std::uint64_t party, std::string_view permission) {
  view.erase(kGrants(party, permission_id(permission)));
}

bool act_covers(const View& view, std::uint64_t act, v1::ActScope scope, std::uint64_t subject) {
  ASTYQ_CHECK(scope != v1::ACT_SCOPE_UNSPECIFIED);
  const auto row = view.get(kActs(act));
  if (!row || row->restricted().subject() != subject || has_expired(view, *row)) return false;
  return std::find(row->scopes().begin(), row->scopes().end(), scope) != row->scopes().end();
}

bool act_lifts(const View& view, std::uint64_t act, v1::ActScope undoing, std::uint64_t subject,
               std::uint64_t ground) {
  if (act_covers(view, act, undoing, subject)) return true;
  const auto row = view.get(kActs(act));
  return row && act == ground && has_expired(view, *row);
}

}  // namespace astyq::authority
