// SPDX-License-Identifier: Apache-2.0
#include "node/loading.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace astyq::node {
namespace {

using Rows = Result<std::vector<store::Entry>>;

constexpr std::size_t kMostWaiting = 8;  // some 16,000 rows each

// What a source gives, fetched ahead.
class ReadAhead final : public store::RowSource {
 public:
  explicit ReadAhead(store::RowSource& source) : source_(source), thread_([this] { fetch(); }) {}
  ~ReadAhead() override {
    {
      const std::lock_guard guard(lock_);
      stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  Rows next() override {
    std::unique_lock guard(lock_);
    changed_.wait(guard, [this] { return !waiting_.empty(); });
    Rows rows = std::move(waiting_.front());
    waiting_.pop_front();
    guard.unlock();
    changed_.notify_all();
    return rows;
  }

 private:
  void fetch() {
    for (bool more = true; more;) {
      Rows rows = source_.next();
      more = rows.ok() && !rows->empty();
      std::unique_lock guard(lock_);
      changed_.wait(guard, [this] { return stopping_ || waiting_.size() < kMostWaiting; });
      if (stopping_) return;
      waiting_.push_back(std::move(rows));
      guard.unlock();
      changed_.notify_all();
    }
  }

  store::RowSource& source_;
  std::mutex lock_;
  std::condition_variable changed_;
  std::deque<Rows> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace

Result<std::optional<store::LoadedState>> load_state(store::Image& image) {
  const auto rows = image.rows();
  ReadAhead ahead(*rows);
  return image.load(ahead);
}

}  // namespace astyq::node
