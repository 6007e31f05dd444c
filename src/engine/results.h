// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "engine/execute.h"

namespace astyq::engine {

// One outcome as the ledger commits to it:
//   body hash(32) || operation index(4) || refusal code(4) || first id(8) || count(4), big-endian.
Bytes result_leaf(const Hash& body_hash, std::uint32_t index, const OperationResult& result);

// Appends the leaf (height(8) || block time(8) || root of the block's result leaves) to the range
// over all blocks, whose peaks are one row of state: every outcome is provable against any later
// state.
void append_to_range(View& view, const Hash& results_root);

}  // namespace astyq::engine
