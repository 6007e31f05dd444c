// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace astyq::node {

// How far a thread gives way to others. The producer's work is the only one that cannot be shared
// out, so whoever could keep it from a core gives way to it.
enum class Way : std::uint8_t {
  kFirst,     // as any thread
  kSecond,    // work that others wait for in the end
  kWhenIdle,  // work that nobody waits for: on a core that nobody wants, and off it at once
};

// Of the calling thread: what `top -H` calls it, 15 characters at most, and its way.
void be_thread(const char* name, Way way = Way::kFirst);

}  // namespace astyq::node
