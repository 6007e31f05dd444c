// SPDX-License-Identifier: Apache-2.0
#include "node/pool.h"

#include <utility>

namespace astyq::node {

Status Pool::add(std::vector<Bytes> signed_txs, Answers when_done) {
  auto submission = std::make_shared<Submission>();
  submission->answers.resize(signed_txs.size());
  submission->open = signed_txs.size();
  submission->when_done = std::move(when_done);
  std::size_t bytes = 0;
  for (const Bytes& signed_tx : signed_txs) bytes += signed_tx.size();
  if (signed_txs.empty()) {
    submission->when_done({});
    return Done{};
  }
  {
    const std::lock_guard guard(lock_);
    if (closed_)
      return Fault{"node_stopping",
                   "The node is stopping and takes no more transactions. Try another, or wait for "
                   "its restart."};
    if (queue_.size() + signed_txs.size() > most_transactions_ || bytes_ + bytes > most_bytes_)
      return Fault{"pool_full",
                   "The node has as many transactions waiting as it may hold. Send these again in "
                   "a moment."};
    for (std::size_t i = 0; i < signed_txs.size(); ++i)
      queue_.push_back({std::move(signed_txs[i]), submission, i});
    bytes_ += bytes;
  }
  changed_.notify_all();
  return Done{};
}

std::vector<Pool::Waiting> Pool::take(std::size_t most, std::uint64_t most_bytes) {
  const std::lock_guard guard(lock_);
  std::vector<Waiting> taken;
  std::uint64_t taken_bytes = 0;
  while (!queue_.empty() && taken.size() < most) {
    const std::size_t size = queue_.front().signed_tx.size();
    if (!taken.empty() && taken_bytes + size > most_bytes) break;
    taken_bytes += size;
    taken.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  bytes_ -= taken_bytes;
  return taken;
}

void Pool::put_back(std::vector<Waiting> waiting) {
  const std::lock_guard guard(lock_);
  for (auto it = waiting.rbegin(); it != waiting.rend(); ++it) {
    bytes_ += it->signed_tx.size();
    queue_.push_front(std::move(*it));
  }
}

void Pool::settle(Waiting& waiting, Answer answer) {
  Submission& submission = *waiting.submission;
  submission.answers[waiting.index] = std::move(answer);
  if (--submission.open == 0) submission.when_done(std::move(submission.answers));
}

void Pool::close() {
  {
    const std::lock_guard guard(lock_);
    closed_ = true;
  }
  changed_.notify_all();
}

std::size_t Pool::size() const {
  const std::lock_guard guard(lock_);
  return queue_.size();
}

bool Pool::full() const {
  const std::lock_guard guard(lock_);
  return queue_.size() >= most_transactions_ || bytes_ >= most_bytes_;
}

void Pool::wait(std::chrono::milliseconds at_most) {
  std::unique_lock guard(lock_);
  changed_.wait_for(guard, at_most, [this] { return closed_ || !queue_.empty(); });
}

}  // namespace astyq::node
