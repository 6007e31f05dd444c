// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "ledger/view.h"

namespace astyq::receipts {

// A redemption order ends without a release: the receipt is active again and nothing may leave for
// it. Requires: the order stands, and nothing was released for it.
void end_redemption_order(View& view, std::uint64_t receipt);

}  // namespace astyq::receipts
