// SPDX-License-Identifier: Apache-2.0
#include "node/threads.h"

#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

namespace astyq::node {
namespace {

constexpr int kSecondNice = 5;

}  // namespace

// Nothing here is a reason to stop: without it a node is slower or less easy to look at.
void be_thread(const char* name, Way way) {
  (void)pthread_setname_np(pthread_self(), name);
  // Linux counts niceness and policies by thread. The nicest thread still holds a core for its
  // slice of some milliseconds, which a block's way of twenty cannot spare: hence the idle policy.
  if (way == Way::kSecond)
    (void)setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kSecondNice);
  const sched_param none{};
  if (way == Way::kWhenIdle) (void)sched_setscheduler(0, SCHED_IDLE, &none);
}

}  // namespace astyq::node
