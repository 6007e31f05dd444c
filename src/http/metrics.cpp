// SPDX-License-Identifier: Apache-2.0
#include "http/metrics.h"

#include <algorithm>

namespace astyq::http {
namespace {

// Microseconds as seconds, without a locale's opinion on the decimal sign.
std::string seconds(std::uint64_t microseconds) {
  std::string fraction = std::to_string(microseconds % 1'000'000);
  fraction.insert(0, 6 - fraction.size(), '0');
  return std::to_string(microseconds / 1'000'000) + "." + fraction;
}

std::string head(const std::string& name, const std::string& type, const std::string& help) {
  return "# HELP " + name + " " + help + "\n# TYPE " + name + " " + type + "\n";
}

}  // namespace

std::string metric(const std::string& name, const std::string& type, const std::string& help,
                   const std::string& value) {
  return head(name, type, help) + name + " " + value + "\n";
}

void Metrics::answered(unsigned status, std::chrono::nanoseconds took) {
  ++by_class_[std::min<unsigned>(status / 100, 5)];
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
  took_us_ += static_cast<std::uint64_t>(microseconds);
  std::size_t bucket = 0;
  while (bucket < kBoundsMs.size() && microseconds > kBoundsMs[bucket] * 1'000) ++bucket;
  ++took_[bucket];
}

std::string Metrics::text() const {
  std::string out = head("astyq_http_requests_total", "counter", "Requests answered, by status.");
  for (std::size_t i = 2; i < by_class_.size(); ++i)
    out += "astyq_http_requests_total{status=\"" + std::to_string(i) + "xx\"} " +
           std::to_string(by_class_[i]) + "\n";
  const std::string name = "astyq_http_request_seconds";
  out += head(name, "histogram", "Time from a request's headers to its answer.");
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < took_.size(); ++i) {
    count += took_[i];
    const std::string bound =
        i < kBoundsMs.size() ? seconds(static_cast<std::uint64_t>(kBoundsMs[i]) * 1'000) : "+Inf";
    out += name + "_bucket{le=\"" + bound + "\"} " + std::to_string(count) + "\n";
  }
  out +=
      name + "_sum " + seconds(took_us_) + "\n" + name + "_count " + std::to_string(count) + "\n";
  out += metric("astyq_http_connections", "gauge", "Connections that are open.",
                std::to_string(connections));
  out += metric("astyq_http_event_streams", "gauge", "Open streams of events.",
                std::to_string(streams));
  out += metric("astyq_http_connections_refused_total", "counter",
                "Connections refused because too many were open.",
                std::to_string(refused_connections));
  return out;
}

}  // namespace astyq::http
