// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "store/file_system.h"

// A rollback with a tail or a fork takes blocks away first and decides afterwards what follows. An
// interruption between the two leaves a ledger that looks like a node's and would make other blocks
// in the place of acknowledged ones, so a mark stands in the directory until it is decided:
//   going-back = height in decimal || "\n" || the command, for people || "\n"
namespace astyq::node {

struct RollingBack;

// Marks the directory, durably. Faults: `file_failed`.
Status begin_going_back(store::FileSystem& files, const RollingBack& rolling);
// Takes the mark away, durably; nothing happens where there is none. Faults: `file_failed`.
Status end_going_back(store::FileSystem& files, const std::string& data);

// That no rollback was begun and not ended. Faults: `rollback_unfinished`, which tells the command;
// `file_failed`.
Status check_not_going_back(store::FileSystem& files, const std::string& data);
// Whether this rollback was begun before. Faults: `rollback_unfinished` when another one was: to
// another height, or without saying what follows; `file_failed`.
Result<bool> begun_before(store::FileSystem& files, const RollingBack& rolling);

}  // namespace astyq::node
