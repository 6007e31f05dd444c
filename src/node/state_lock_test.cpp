// SPDX-License-Identifier: Apache-2.0
#include "node/state_lock.h"

#include <gtest/gtest.h>

#include <atomic>
#include <shared_mutex>
#include <thread>
#include <vector>

namespace astyq::node {
namespace {

TEST(StateLock, readers_share_and_a_writer_is_alone) {
  StateLock lock;
  std::uint64_t first = 0, second = 0;
  std::atomic<std::uint64_t> reads = 0;
  {
    std::vector<std::jthread> readers;
    for (int i = 0; i < 3; ++i)
      readers.emplace_back([&] {
        for (int k = 0; k < 2'000; ++k) {
          const std::shared_lock guard(lock);
          EXPECT_EQ(first, second);
          ++reads;
        }
      });
    for (int k = 0; k < 500; ++k) {
      const std::unique_lock guard(lock);
      ++first;
      std::this_thread::yield();
      ++second;
    }
  }
  EXPECT_EQ(first, 500u);
  EXPECT_EQ(reads, 6'000u);
}

// Readers whose turns overlap without a gap: a lock that lets every reader in beside another would
// not let the writer in, and this test would hardly end.
TEST(StateLock, a_writer_gets_in_between_readers_that_never_pause) {
  StateLock lock;
  std::atomic<bool> written = false;
  std::atomic<int> inside = 0;
  const auto read_on = [&] {
    while (!written) {
      lock.lock_shared();
      ++inside;
      // Out only when another is in; where the lock lets nobody in for a while, the writer waits.
      for (int tries = 0; inside < 2 && tries < 20'000 && !written; ++tries)
        std::this_thread::yield();
      --inside;
      lock.unlock_shared();
    }
  };
  std::vector<std::jthread> readers;
  for (int i = 0; i < 6; ++i) readers.emplace_back(read_on);
  while (inside < 2) std::this_thread::yield();
  {
    const std::unique_lock guard(lock);
    EXPECT_EQ(inside, 0);
    written = true;
  }
}

// The writer comes again at once each time; readers that waited get in all the same.
TEST(StateLock, readers_get_in_between_writings_that_never_pause) {
  StateLock lock;
  std::atomic<int> reads = 0;
  std::vector<std::jthread> readers;
  for (int i = 0; i < 3; ++i)
    readers.emplace_back([&] {
      for (int k = 0; k < 200; ++k) {
        const std::shared_lock guard(lock);
        ++reads;
      }
    });
  while (reads < 600) const std::unique_lock guard(lock);
  EXPECT_EQ(reads, 600);
}

}  // namespace
}  // namespace astyq::node
