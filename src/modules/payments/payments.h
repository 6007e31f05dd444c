// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ledger/view.h"

// Payments of money and tokens, and delivery versus payment.
namespace astyq::payments {

// Job of the block's end: lets go what the offer held; nothing when it was settled or withdrawn.
void expire_delivery_offer(View& view, std::uint64_t delivery);

}  // namespace astyq::payments
