// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

// What a connection asks before it takes a request, without a socket.
namespace astyq::http {

// Names of headers, of media types and of schemes mean the same in any case.
std::string lower(std::string_view text);

// The trace id of a W3C traceparent (version-trace id-parent id-flags); 16 random hexadecimal
// digits when there is none.
std::string trace_of(std::string_view traceparent);

// A share of the memory for large bodies, given back when it goes.
class BodyShare {
 public:
  static constexpr std::uint64_t kMostBytes = 512u << 20;  // of all connections

  explicit BodyShare(std::atomic<std::uint64_t>& used) : used_(used) {}
  ~BodyShare() { used_ -= bytes_; }
  BodyShare(const BodyShare&) = delete;
  BodyShare& operator=(const BodyShare&) = delete;
  // Of a body that has grown to so many bytes; announced ones take nothing. False: too many large
  // bodies are under way.
  bool grow_to(std::uint64_t bytes) {
    const std::uint64_t more = bytes - bytes_;
    bytes_ = bytes;
    return used_.fetch_add(more) + more <= kMostBytes;
  }

 private:
  std::atomic<std::uint64_t>& used_;
  std::uint64_t bytes_ = 0;
};

}  // namespace astyq::http
