// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "astyq/pools/v1/state.pb.h"
#include "ledger/view.h"

// Pools of receipts behind tokens: 1,000 grams of tokens for each kilogram locked, exactly.
namespace astyq::pools {

std::optional<v1::Pool> find(const View& view, std::uint64_t pool);

// The pool of an elevator's grade; nothing when it is not defined.
std::optional<std::uint64_t> pool_of(const View& view, std::uint64_t elevator,
                                     const elevators::v1::Grade& grade);

// Same crop, class, crop year and basis: interchangeable within one elevator.
bool is_same_grade(const elevators::v1::Grade& left, const elevators::v1::Grade& right);

}  // namespace astyq::pools
