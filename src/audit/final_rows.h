// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "astyq/receipts/v1/state.pb.h"
#include "store/row.h"

namespace astyq::audit {

// Split, merged or redeemed: its kilograms are elsewhere.
bool has_ended(const receipts::v1::Receipt& row);

// Whether nothing may make `after` (null: erased) of `before`: what is final, and what only grows.
bool is_forbidden(const store::RowKey& key, const store::Row& before, const store::Row* after);

}  // namespace astyq::audit
