// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "ledger/view.h"

namespace astyq::receipts {

// A redemption order ends without a release: the receipt is active again and nothing may leave for
// it. Requires: the order stands, and nothing was released for it.
void end_redemption_order(View& view, std::uint64_t receipt);

// A redemption order ends, and the receipt with it, for the grain that has left: on the word of the
// other side, or of an authority's act (0: none). What has not left is the caller's to pass on.
// Requires: the order stands, something was released for it, and the receipt is not blocked.
void redeem(View& view, std::uint64_t receipt, std::uint64_t act);

}  // namespace astyq::receipts
