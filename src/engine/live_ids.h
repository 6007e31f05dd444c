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

 private:
  friend class BlockIds;

  DigestSet ids_;
};

// What one block adds to the live ids and forgets of them. The ids themselves stand still until
// settle(), so that others may ask them while a block is being executed.
class BlockIds {
 public:
  // Requires: `live` outlives it and does not change before settle().
  explicit BlockIds(const LiveIds& live) : live_(&live) {}

  bool contains(const LiveIds::Id& id) const { return live_->contains(id) || added_.contains(id); }
  // Requires: not contained.
  void add(const LiveIds::Id& id);

  // The ids added become one row of this block; rows older than the rules keep them are removed, a
  // bounded number a block.
  void close_block(View& view);
  // Requires: `live` is what it was made for, unchanged.
  void settle(LiveIds& live) const;

 private:
  void forget(BytesView ids);

  const LiveIds* live_;
  DigestSet added_;
  std::vector<LiveIds::Id> in_order_;
  std::vector<LiveIds::Id> forgotten_;
};

}  // namespace astyq::engine
