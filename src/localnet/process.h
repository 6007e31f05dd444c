// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

// Programs that go on when the one that started them ends. A file tells which process each is:
//   pid_file = "<process id> <when it started, in ticks since the machine's start>"
// so that a number which the system has given to another process is not taken for it.
namespace astyq::localnet {

struct Program {
  std::vector<std::string> words;  // an absolute path, then its arguments
  std::string directory;           // in which it runs
  std::string log_file;            // what it says is added here
  std::string pid_file;
};

// Starts it in a session of its own. Faults: `process_failed` when it cannot be; what it says, and
// whether it lives, is told by the others.
Status start(const Program& program);

// The process that the file names, if it runs.
std::optional<pid_t> running(const std::string& pid_file);

// Asks it to end, and kills it after the limit. Returns whether it had to be killed; false also
// when none ran. The file is gone then. Faults: `process_failed` when it may not be ended.
Result<bool> end(const std::string& pid_file, std::chrono::seconds limit);

}  // namespace astyq::localnet
