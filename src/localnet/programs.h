// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "localnet/network.h"
#include "localnet/process.h"

namespace astyq::localnet {

// The two programs of a node.
struct Programs {
  std::string astyqd;
  std::string cometbft;
};

// astyqd beside this program; CometBFT as named, or beside this program, or where the sources'
// tools/install-cometbft puts it, or on the PATH. Faults: `program_missing` with how to get it.
Result<Programs> find_programs(const std::string& cometbft);

// Starts those of the two that do not run. They find each other, whichever is there first. Faults:
// those of start().
Status start_member(const Member& member, const Programs& programs);

// CometBFT first, which may hang once its application has gone; it is killed after a limit, and the
// ledger's node after a longer one: both find again what they had. Returns the names of those that
// had to be killed. Faults: those of end().
Result<std::vector<std::string>> stop_member(const Member& member);

std::string node_pid_file(const Member& member);
std::string comet_pid_file(const Member& member);
std::string node_log_file(const Member& member);
std::string comet_log_file(const Member& member);

}  // namespace astyq::localnet
