// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "engine/digest_set.h"
#include "ledger/view.h"

namespace astyq::engine {

// Which short-window ids are settled and not yet forgotten: the index, in memory, of the rows
// `applied_ids`. An id is (party, 16 random bytes), so nobody can use up another's.
//
// State is public and must not tell who acted, so an id stands as a digest; the random bytes, which
// stay in the transaction, keep anybody from trying all parties. 16 bytes are enough: two ids with
// one digest refuse a transaction that is new, they never let one in twice. Who makes such a pair,
// in 2^64 steps, needs both ids to be his own and shuts out himself; to shut out another he must
// meet an id that he did not choose: 2^128 steps over the number of live ids, within their minutes.
class LiveIds {
 public:
  using Id = DigestSet::Digest;

  static Id of(std::uint64_t party, BytesView random16);
  // Reads the rows of a loaded state. Nothing when they are not whole ids, each once.
  // Requires: rows of the table hold its message.
  static std::optional<LiveIds> load(const store::Tree& tree);

  bool contains(const Id& id) const { return ids_.contains(id); }
  // Requires: not contained.
  void add(const Id& id);

  // The ids added since the last call become one row of this block; rows older than the rules keep
  // them are removed, a bounded number a block.
  void close_block(View& view);

 private:
  void forget(BytesView ids);

  DigestSet ids_;
  std::vector<Id> of_this_block_;
};

}  // namespace astyq::engine
