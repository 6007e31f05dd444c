// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace astyq::node {

// Of the calling thread: what `top -H` calls it, 15 characters at most, and how far it gives way to
// others (0 to 19, see nice(1)).
// The producer's work is the only one that cannot be shared out, so whoever could keep it from a
// core gives way to it.
void be_thread(const char* name, int gives_way = 0);

inline constexpr int kGivesWay = 5;      // work that others wait for in the end
inline constexpr int kGivesWayFar = 15;  // work that nobody waits for

}  // namespace astyq::node
