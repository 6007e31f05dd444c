// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace astyq::node {

// Many readers or one writer, in turns: readers that come while the writer waits let it go first,
// and the writer lets those go first that waited for it to end. So neither can be kept out for
// ever, as std::shared_mutex lets readers do with a writer here. One thread writes; for
// std::unique_lock and std::shared_lock.
class StateLock {
 public:
  void lock();
  void unlock();
  void lock_shared();
  // False while one writes or waits to.
  bool try_lock_shared();
  void unlock_shared();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool writing_ = false;
  bool writer_waits_ = false;
  std::uint64_t turn_ = 0;  // how often the writer has ended
  std::size_t readers_ = 0;
  std::size_t waiting_readers_ = 0;
  std::size_t owed_ = 0;  // readers that waited for the last writing to end and are not in yet
};

}  // namespace astyq::node
