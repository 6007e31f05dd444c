// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "astyq/authority/v1/state.pb.h"
#include "ledger/view.h"

// Parameters, permissions and acts of authorities.
namespace astyq::authority {

bool holds_permission(const View& view, std::uint64_t party, std::uint64_t permission_id);

// Requires: a permission that some verb names, not held yet. `granted_by` 0: by the genesis.
void grant(View& view, std::uint64_t party, std::string_view permission, std::uint64_t granted_by);

// Requires: the party holds it.
void withdraw(View& view, std::uint64_t party, std::string_view permission);

// Whether a compelled effect on `subject` may cite this act now: about this subject, orders this
// scope, not expired at block time. It may be another authority's than the one that carries it out:
// a registrar does what a court recorded.
bool act_covers(const View& view, std::uint64_t act, v1::ActScope scope, std::uint64_t subject);

// Whether what the act `ground` brought about on `subject` may be undone on this act now: one that
// covers the undoing, or the ground itself after it has expired.
bool act_lifts(const View& view, std::uint64_t act, v1::ActScope undoing, std::uint64_t subject,
               std::uint64_t ground);

}  // namespace astyq::authority
