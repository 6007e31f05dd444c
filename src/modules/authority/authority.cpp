// SPDX-License-Identifier: Apache-2.0
#include "modules/authority/authority.h"

#include "authority/state.gen.h"
#include "ledger/permission.h"

namespace astyq::authority {

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

bool act_covers(const View& view, std::uint64_t act, std::uint64_t authority,
                std::uint64_t subject) {
  const auto row = view.get(kActs(act));
  if (!row || row->subject() != subject) return false;
  if (authority != 0 && row->authority() != authority) return false;
  return row->expires_at_ns() == 0 || row->expires_at_ns() > view.time().time_ns;
}

}  // namespace astyq::authority
