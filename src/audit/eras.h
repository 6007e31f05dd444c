// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>

#include "audit/replay.h"

namespace astyq::audit {

// That each network's log begins where its genesis does, and the first with the first block of all.
// Faults: `log_empty`, `log_pruned`, `origin_needed`.
Status check_eras(const std::deque<Era>& eras);

}  // namespace astyq::audit
