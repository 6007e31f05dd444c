// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>

#include "ledger/view.h"

namespace astyq::engine {

// Which short-window ids are settled and not yet forgotten: the index, in memory, of the rows
// `applied_ids`. An id is (party, 16 random bytes), so nobody can use up another's.
class LiveIds {
 public:
  using Id = std::array<std::uint8_t, 24>;

  static Id of(std::uint64_t party, BytesView random16);
  // Reads the rows of a loaded state.
  static LiveIds load(const store::Tree& tree);

  bool contains(const Id& id) const { return ids_.contains(id); }
  // Requires: not contained.
  void add(const Id& id);

  // The ids added since the last call become one row of this block; rows older than the rules keep
  // them are removed, a bounded number a block.
  void close_block(View& view);

 private:
  void forget(BytesView ids);

  std::set<Id> ids_;
  std::vector<Id> of_this_block_;
};

}  // namespace astyq::engine
