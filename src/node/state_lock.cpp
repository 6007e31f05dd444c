// SPDX-License-Identifier: Apache-2.0
#include "node/state_lock.h"

#include "base/check.h"

namespace astyq::node {

void StateLock::lock() {
  std::unique_lock guard(mutex_);
  ASTYQ_CHECK(!writer_waits_);
  writer_waits_ = true;
  changed_.wait(guard, [this] { return !writing_ && readers_ == 0 && owed_ == 0; });
  writer_waits_ = false;
  writing_ = true;
}

void StateLock::unlock() {
  {
    const std::lock_guard guard(mutex_);
    ASTYQ_CHECK(writing_ && readers_ == 0);
    writing_ = false;
    ++turn_;
    owed_ = waiting_readers_;
  }
  changed_.notify_all();
}

void StateLock::lock_shared() {
  std::unique_lock guard(mutex_);
  const std::uint64_t came_at = turn_;
  ++waiting_readers_;
  changed_.wait(guard, [&] { return !writing_ && (!writer_waits_ || turn_ != came_at); });
  --waiting_readers_;
  ++readers_;
  if (turn_ == came_at) return;
  ASTYQ_CHECK(owed_ > 0);
  --owed_;
}

bool StateLock::try_lock_shared() {
  const std::lock_guard guard(mutex_);
  if (writing_ || writer_waits_) return false;
  ++readers_;
  return true;
}

void StateLock::unlock_shared() {
  bool last = false;
  {
    const std::lock_guard guard(mutex_);
    ASTYQ_CHECK(readers_ > 0);
    last = --readers_ == 0;
  }
  if (last) changed_.notify_all();
}

}  // namespace astyq::node
