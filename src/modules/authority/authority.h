// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "ledger/view.h"

// Parameters, permissions and acts of authorities.
namespace astyq::authority {

bool holds_permission(const View& view, std::uint64_t party, std::uint64_t permission_id);

// Requires: a permission that some verb names, not held yet. `granted_by` 0: by the genesis.
void grant(View& view, std::uint64_t party, std::string_view permission, std::uint64_t granted_by);

// Requires: the party holds it.
void withdraw(View& view, std::uint64_t party, std::string_view permission);

// Whether a compelled effect on `subject` may cite this act now: recorded by `authority` (0: by
// anyone), about this subject, not expired at block time.
bool act_covers(const View& view, std::uint64_t act, std::uint64_t authority,
                std::uint64_t subject);

}  // namespace astyq::authority
