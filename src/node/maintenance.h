// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "node/config.h"
#include "node/durable_ledger.h"

namespace astyq::node {

// How the disk does.
struct Health {
  std::uint64_t disk_free_bytes = 0;
  std::uint64_t disk_reserve_bytes = 0;
  bool disk_low = false;
  std::int64_t scrubbed_ns = 0;  // when the last reading of all that is kept ended; 0: not yet
  // What a reading found, until one finds nothing; or why no copy of the image could be kept, until
  // one is.
  std::optional<Fault> alarm;
};

// Measures the disk every second, and reads log, image and kept copies at a low rate to find what
// has decayed before it is needed. A thread of its own, which changes nothing.
class Maintenance {
 public:
  // Both must outlive it; the first measuring is done at once.
  Maintenance(const Config& config, store::FileSystem& files, const DurableLedger& ledger);
  ~Maintenance();

  Health health() const;
  // Faults: `disk_low` while less than the reserve is free, and until an eighth more is.
  Status check_room() const;

 private:
  void run();
  void measure();
  // Waits and measures. False when it shall stop.
  bool rest(std::chrono::milliseconds duration);
  // Called with what was read; rests as the rate wants it.
  bool pace(std::size_t bytes);
  Status scrub();
  Status scrub_log();
  Status scrub_kept();
  Status scrub_copy(std::uint64_t height);
  void note(const Status& found);

  const std::string directory_;
  const std::uint64_t reserve_bytes_;
  const std::chrono::hours scrub_every_;
  const std::uint64_t bytes_per_step_;
  store::FileSystem& files_;
  const DurableLedger& ledger_;
  std::uint64_t unpaced_bytes_ = 0;
  mutable std::mutex lock_;
  std::condition_variable changed_;
  Health health_;
  bool stopping_ = false;
  std::thread thread_;
};

// When the last scrub of a node's directory ended and what it found, for people; empty when there
// was none.
std::string last_scrub(const std::string& data);

}  // namespace astyq::node
