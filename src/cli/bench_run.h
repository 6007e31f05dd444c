// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "cli/bench_node.h"

namespace astyq::cli {

// How a load is sent. Each request carries `transfers_a_request` signed transfers.
struct LoadPlan {
  std::size_t connections = 8;
  std::size_t transfers_a_request = 256;
  double rate_per_s = 0;  // 0: as fast as answers come; else at set times, late or not
  std::chrono::seconds at_most{20};
};

// What came of it. Only transfers that the node called applied count.
struct LoadResult {
  std::uint64_t applied = 0;
  std::uint64_t others = 0;  // refused, not admitted, unknown, or without an answer
  double seconds = 0;        // from the first request to the last answer
  // Of the applied ones, from the moment that their request was due; ascending, milliseconds.
  std::vector<double> latencies_ms;
  ProcessUse node;  // during the load; resident: at its end
  double client_processor_s = 0;

  double per_second() const { return static_cast<double>(applied) / seconds; }
  // Requires: 0 <= part <= 1. 0 when nothing was applied.
  double latency_ms(double part) const;
};

// Sends transfers in their order until they are used up or the time is over.
// Faults: `bench_failed` when the node cannot be reached or an answer is none of the API's.
Result<LoadResult> run_load(const BenchNode& node, const std::vector<Bytes>& signed_txs,
                            const LoadPlan& plan);

// How many of these signatures all cores verify in a second, in batches of the best size of 64 to
// 1,024.
struct RawVerify {
  double per_second = 0;
  std::size_t batch = 0;
};
RawVerify measure_raw_verify(const std::vector<Bytes>& signed_txs, std::string_view network_id);

}  // namespace astyq::cli
