// SPDX-License-Identifier: Apache-2.0
#include "node/threads.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <string>
#include <thread>

namespace astyq::node {
namespace {

struct Seen {
  std::string name;
  int nice = 0;
  int policy = 0;
};

Seen seen_of(const char* name, Way way) {
  Seen seen;
  std::thread([&] {
    be_thread(name, way);
    char text[16];
    pthread_getname_np(pthread_self(), text, sizeof text);
    seen = {text, getpriority(PRIO_PROCESS, static_cast<id_t>(gettid())), sched_getscheduler(0)};
  }).join();
  return seen;
}

TEST(Threads, have_a_name_and_give_way_as_they_are_told) {
  const int own = getpriority(PRIO_PROCESS, static_cast<id_t>(gettid()));
  const Seen first = seen_of("first", Way::kFirst);
  EXPECT_EQ(first.name, "first");
  EXPECT_EQ(first.nice, own);
  EXPECT_EQ(first.policy, SCHED_OTHER);
  const Seen second = seen_of("second", Way::kSecond);
  EXPECT_GT(second.nice, 0);
  EXPECT_EQ(second.policy, SCHED_OTHER);
  EXPECT_EQ(seen_of("idle", Way::kWhenIdle).policy, SCHED_IDLE);
}

}  // namespace
}  // namespace astyq::node
