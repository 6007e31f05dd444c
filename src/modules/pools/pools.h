// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "astyq/pools/v1/state.pb.h"
#include "ledger/view.h"

// Pools of receipts behind tokens: 1,000 grams of tokens for each kilogram locked, exactly.
namespace astyq::pools {

std::optional<v1::Pool> find(const View& view, std::uint64_t pool);

}  // namespace astyq::pools
