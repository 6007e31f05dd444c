// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/evidence.h"

namespace astyq::node {

// What a ledger came to when it went back.
struct WentBack {
  std::string network_id;
  std::uint64_t height = 0;
  Hash root{};
  std::uint64_t from_tail = 0;  // blocks that the log's tail brought
};

struct Restoring {
  std::string backup;
  std::string data;           // empty, or to be made
  std::string password_file;  // opens the keyring of the backup
  Evidence evidence;
};
// Makes a node's directory of a backup. Everything is checked before the directory is complete:
// checksums, the chain of the log, the root of every block above the image, the evidence. Faults:
// those of check_given and check_backup; `data_directory_locked`; `restore_not_empty`; those of
// read_identity, DurableLedger::open, append_tail, check_witness and fork_genesis. What a fault
// leaves has no genesis.json and is served by nobody: remove it.
Result<WentBack> restore(const Restoring& restoring);

struct RollingBack {
  std::string data;
  std::uint64_t height = 0;
  std::string password_file;
  Evidence evidence;  // needed where no undo reaches
};
// Takes a node that does not run back to a height, for good. With a tail or a fork an interruption
// leaves a directory that no node opens until the same rollback is run again. Faults:
// `data_directory_locked`, `rollback_unfinished`, `height_ahead`, `height_gone`, `evidence_needed`;
// and as above.
Result<WentBack> roll_back(const RollingBack& rolling);

}  // namespace astyq::node
