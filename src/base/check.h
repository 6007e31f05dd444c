// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace astyq {

// Prints the condition and where it stood, then aborts. Never returns.
[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace astyq

// A broken program or corrupt state: stops the node, in every build. A user's mistake is a Refusal,
// a failing disk or socket a Fault; neither is ever a CHECK.
#define ASTYQ_CHECK(condition)                               \
  do {                                                       \
    if (!(condition)) [[unlikely]]                           \
      ::astyq::check_failed(#condition, __FILE__, __LINE__); \
  } while (false)
