// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"

namespace astyq::node {

std::int64_t wall_clock_ns();

// Compares the wall clock with the monotonic one while the node runs: a wall clock that is set by
// more than an hour would sign false times.
class ClockWatch {
 public:
  ClockWatch();
  // Faults: `clock_jumped`.
  Status check() const;

 private:
  std::int64_t wall_ns_;
  std::chrono::steady_clock::time_point monotonic_;
};

// Whether a node may start now, after a last block at this time. Faults: `clock_behind`,
// `clock_far_ahead` for more than 30 days, unless an operator accepts the outage.
Status check_clock_at_start(std::int64_t last_block_ns, std::int64_t now_ns, bool accept_outage);

// For people: "2026-11-27 10:15:03 UTC".
std::string utc_text(std::int64_t time_ns);

}  // namespace astyq::node
