// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>

#include "astyq/comet/v1/types.pb.h"
#include "astyq/ledger/v1/genesis.pb.h"
#include "audit/finding.h"
#include "audit/totals.h"
#include "engine/engine.h"
#include "store/block_log.h"

namespace astyq::audit {

struct Report {
  std::uint64_t blocks = 0;  // that were found right, from height 1
  std::uint64_t transactions = 0;
  std::uint64_t operations = 0;  // accepted ones
  std::int64_t last_time_ns = 0;
  Hash app_hash{};  // of the state after them
  Totals totals;
  std::optional<Finding> finding;  // nothing: all is as it must be
};

// The part of a history that one network made.
struct Era {
  ledger::v1::Genesis genesis;
  const store::BlockLog& log;
};

struct History {
  ledger::v1::Genesis genesis;
  engine::AnnexKey annex_key{};
  const store::BlockLog& log;
  // A signed header that somebody kept. The log of an embedded network must hold just this one; in
  // a consortium, whose log has none, enough validators signed it and it has the root that the log
  // comes to, which vouches for all blocks before it.
  std::optional<comet::v1::SignedHeader> witness;
  // Of a fork: the networks before it, the first first.
  std::deque<Era> before = {};
};

// Told how many blocks are done, of how many; may be empty.
using Followed = std::function<void(std::uint64_t done, std::uint64_t all)>;

// Makes the whole history again from the genesis, of a fork from that of the first network before
// it, and holds it against the log, block by block:
// every header of an embedded network and its place in the chain, its signature by the genesis'
// validator, every transaction's signatures and their order, each result, each root; beside it the
// auditor keeps its own books and adds up all rows at the end. Stops at the first finding. Changes
// nothing. Faults: `log_empty`, `log_pruned` when a log does not begin where its genesis does,
// `origin_needed` for a fork without the networks before it, `genesis_invalid`, `annex_key_wrong`,
// `protocol_unknown` where this program is too old to judge, those of the logs.
Result<Report> audit_history(const History& history, const Followed& followed);

}  // namespace astyq::audit
