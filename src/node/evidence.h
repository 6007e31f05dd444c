// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "astyq/comet/v1/types.pb.h"
#include "node/durable_ledger.h"
#include "store/block_log.h"

// A disk cannot know what it once acknowledged. Whoever goes back, by a backup or by undoing,
// brings what tells that nothing acknowledged is lost, or says that another network begins.
namespace astyq::node {

struct Evidence {
  std::string log_tail = {};  // a directory with the newest segments of the node's log
  std::string witness =
      {};  // a file with the newest signed header, or an answer of the API that has it
  std::string fork = {};  // the name of the network that begins

  bool empty() const { return log_tail.empty() && witness.empty() && fork.empty(); }
  // Whether the state that is gone back to is not the end of it.
  bool tells_what_follows() const { return !log_tail.empty() || !fork.empty(); }
};

// That some evidence was given. Faults: `evidence_needed`, which tells the ways.
Status check_given(const Evidence& evidence);

// Opens another log that goes on where this one stands after `height`, and reads all of it. Faults:
// `tail_differs` when the logs hold different blocks; `tail_gap`; `tail_behind` when it does not
// reach that height; those of both logs.
Result<store::BlockLog> open_tail(store::FileSystem& files, const store::BlockLog& log,
                                  std::uint64_t height, const std::string& directory);

// Appends what a tail holds above this log, durably; an empty log takes what comes above `height`.
// Returns how many blocks. Requires: open_tail gave it for this log, which was opened with `height`
// as its durable height, for not every block is synced by itself. Faults: those of both logs.
Result<std::uint64_t> append_tail(store::BlockLog& log, std::uint64_t height,
                                  const store::BlockLog& tail);

// That a ledger that ends at `last` holds the block of the newest header that the witness saw.
// Faults: `witness_invalid` when it is not signed by the network's validator, `witness_ahead` when
// the ledger does not reach it, `witness_differs`, those of the log.
Status check_witness(const DurableLedger& ledger, std::uint64_t last, const std::string& path);

}  // namespace astyq::node
