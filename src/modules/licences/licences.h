// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "astyq/licences/v1/state.pb.h"
#include "ledger/view.h"

// Who is licensed for what.
namespace astyq::licences {

// Whether the party's licence of this kind is active and valid at block time.
bool is_licensed(const View& view, std::uint64_t party, v1::LicenceKind kind);

}  // namespace astyq::licences
