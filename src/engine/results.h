// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ledger/view.h"

namespace astyq::engine {

// Which of its transaction's operations one is. Requires: index < operations <= kMostOperations.
struct OperationPlace {
  std::size_t index = 0;
  std::size_t operations = 0;
};
inline constexpr std::size_t kMostOperations = 0xffff;  // no rule of a network may allow more

// One outcome as the ledger commits to it:
//   body hash(32) || operation index(2) || operations of the transaction(2) || refusal code(4) ||
//   first id(8) || count(4), big-endian.
// So whoever sees the outcomes of a transaction sees whether one is withheld.
Bytes result_leaf(const Hash& body_hash, OperationPlace place, std::uint32_t code,
                  std::uint64_t first_id, std::uint32_t count);

// What the range over all blocks holds of one:
//   height(8) || block time(8) || root of the block's result leaves(32), big-endian.
Bytes range_leaf(std::uint64_t height, std::int64_t time_ns, const Hash& results_root);

// Where the leaf of a place stands in an append-only range of so many: below the peak of this
// number, counted from the first, that many levels down. Requires: leaf < leaves.
struct PeakPlace {
  std::size_t peak = 0;
  unsigned levels = 0;
};
PeakPlace peak_above(std::uint64_t leaf, std::uint64_t leaves);

// Appends the block's leaf to the range over all blocks, whose peaks are one row of state: every
// outcome is provable against any later state.
void append_to_range(View& view, const Hash& results_root);

}  // namespace astyq::engine
