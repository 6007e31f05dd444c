// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

namespace astyq::http {

// What the server counts of itself. Every member may be changed from any thread.
class Metrics {
 public:
  void answered(unsigned status, std::chrono::nanoseconds took);
  std::atomic<std::int64_t> connections = 0;
  std::atomic<std::int64_t> streams = 0;
  std::atomic<std::uint64_t> refused_connections = 0;

  // In Prometheus' text format. Source: prometheus.io/docs/instrumenting/exposition_formats.
  std::string text() const;

 private:
  static constexpr std::array<std::int64_t, 8> kBoundsMs{1, 5, 10, 25, 100, 500, 2'500, 10'000};
  std::array<std::atomic<std::uint64_t>, 6> by_class_{};  // 1xx .. 5xx
  std::array<std::atomic<std::uint64_t>, kBoundsMs.size() + 1> took_{};
  std::atomic<std::uint64_t> took_us_ = 0;
};

// One metric without labels, with its help and type.
std::string metric(const std::string& name, const std::string& type, const std::string& help,
                   const std::string& value);

}  // namespace astyq::http
