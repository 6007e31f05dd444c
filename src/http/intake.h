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

// The memory for bodies that come, or for answers that go, of all connections together.
struct Memory {
  const std::uint64_t most_bytes;
  std::atomic<std::uint64_t> used = 0;

  bool full() const { return used >= most_bytes; }
};

// A share of it, given back when it goes.
class MemoryShare {
 public:
  explicit MemoryShare(Memory& memory) : memory_(memory) {}
  ~MemoryShare() { memory_.used -= bytes_; }
  MemoryShare(const MemoryShare&) = delete;
  MemoryShare& operator=(const MemoryShare&) = delete;
  // Of what has grown to so many bytes; announced ones take nothing. False: too much is under way,
  // and the share stays as it was.
  bool grow_to(std::uint64_t bytes) {
    const std::uint64_t more = bytes - bytes_;
    if (memory_.used.fetch_add(more) + more > memory_.most_bytes) {
      memory_.used -= more;
      return false;
    }
    bytes_ = bytes;
    return true;
  }
  // Of what is there already, however much is under way.
  void take(std::uint64_t bytes) {
    memory_.used += bytes;
    bytes_ += bytes;
  }

 private:
  Memory& memory_;
  std::uint64_t bytes_ = 0;
};

}  // namespace astyq::http
