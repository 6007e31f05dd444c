// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "astyq/licences/v1/state.pb.h"
#include "ledger/view.h"

// Who is licensed for what.
namespace astyq::licences {

// Whether the party's licence of this kind is active and valid at block time: from valid_from_ns up
// to, and without, valid_to_ns.
bool is_licensed(const View& view, std::uint64_t party, v1::LicenceKind kind);

// Whether the licence's last instant is past. An open-ended one's never is.
bool term_is_over(const v1::Licence& licence, std::int64_t now_ns);

}  // namespace astyq::licences
