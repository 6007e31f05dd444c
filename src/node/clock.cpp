// SPDX-License-Identifier: Apache-2.0
#include "node/clock.h"

#include <cstdlib>
#include <ctime>
#include <string>

#include "base/check.h"

namespace astyq::node {
namespace {

constexpr std::int64_t kHourNs = 3'600'000'000'000;
constexpr std::int64_t kDayNs = 24 * kHourNs;

}  // namespace

std::int64_t wall_clock_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

ClockWatch::ClockWatch()
    : wall_ns_(wall_clock_ns()), monotonic_(std::chrono::steady_clock::now()) {}

Status ClockWatch::check() const {
  const std::int64_t monotonic_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(
                                        std::chrono::steady_clock::now() - monotonic_)
                                        .count();
  if (std::llabs(wall_clock_ns() - wall_ns_ - monotonic_ns) <= kHourNs) return Done{};
  return Fault{"clock_jumped",
               "The system clock was set by more than an hour while the node ran. Set it right, "
               "then start again."};
}

Status check_clock_at_start(std::int64_t last_block_ns, std::int64_t now_ns, bool accept_outage) {
  if (now_ns <= last_block_ns)
    return Fault{"clock_behind", "The system clock is behind the last block by " +
                                     std::to_string((last_block_ns - now_ns) / 1'000'000'000) +
                                     " s. Set it right, then start again."};
  if (now_ns - last_block_ns > 30 * kDayNs && !accept_outage)
    return Fault{
        "clock_far_ahead",
        "The last block is " + std::to_string((now_ns - last_block_ns) / kDayNs) +
            " days old. If the clock is right, start with --accept-outage: notices and offers then "
            "run on as if no time had passed."};
  return Done{};
}

std::string utc_text(std::int64_t time_ns) {
  const auto seconds = static_cast<std::time_t>(time_ns / 1'000'000'000);
  std::tm utc{};
  char text[32];
  const bool known = gmtime_r(&seconds, &utc) != nullptr;
  ASTYQ_CHECK(known);  // 63 bits of nanoseconds end in 2262
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &utc)};
}

}  // namespace astyq::node
