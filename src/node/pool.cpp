// SPDX-License-Identifier: Apache-2.0
#include "node/pool.h"

#include <algorithm>
#include <utility>

#include "base/amount.h"
#include "base/check.h"

namespace astyq::node {

Pool::Pool(Limits limits)
    : limits_(limits),
      party_bytes_(mul_div_floor(limits.bytes, limits.party_transactions, limits.transactions)
                       .value_or(limits.bytes)) {}

Status Pool::add(std::vector<Bytes> signed_txs, Answers when_done) {
  if (signed_txs.empty()) {
    when_done({});
    return Done{};
  }
  std::size_t bytes = 0;
  for (const Bytes& signed_tx : signed_txs) bytes += signed_tx.size();
  const std::size_t count = signed_txs.size();
  if (count > limits_.transactions || bytes > limits_.bytes)
    return Fault{"too_many_at_once", "These are " + std::to_string(count) + " transactions of " +
                                         std::to_string(bytes) + " bytes; the node holds at most " +
                                         std::to_string(limits_.transactions) + " of " +
                                         std::to_string(limits_.bytes) +
                                         " bytes. Send them in parts."};
  auto submission = std::make_shared<Submission>();
  submission->signed_txs = std::move(signed_txs);
  submission->answers.resize(count);
  submission->open = count;
  submission->when_done = std::move(when_done);
  {
    const std::lock_guard guard(lock_);
    if (closed_)
      return Fault{"node_stopping",
                   "The node is stopping and takes no more transactions. Try another, or wait for "
                   "its restart."};
    if (queue_.size() + count > limits_.transactions || bytes_ + bytes > limits_.bytes)
      return Fault{"pool_full",
                   "The node has as many transactions waiting as it may hold. Send these again in "
                   "a moment."};
    for (std::size_t i = 0; i < count; ++i) {
      const Place place = queue_.emplace(queue_.end());
      if (unclaimed_ == queue_.end()) unclaimed_ = place;
      if (unready_ == queue_.end()) unready_ = place;
      place->submission = submission;
      place->index = i;
      place->size = submission->signed_txs[i].size();
    }
    bytes_ += bytes;
    unclaimed_size_ += count;
  }
  arrived_.notify_all();
  return Done{};
}

std::vector<Pool::Place> Pool::claim(Portion portion) {
  std::unique_lock guard(lock_);
  arrived_.wait(guard, [this] { return closed_ || unclaimed_ != queue_.end(); });
  const std::size_t share = (unclaimed_size_ + portion.sharers - 1) / portion.sharers;
  const std::size_t size = std::min(portion.most, std::max(portion.fewest, share));
  std::vector<Place> claimed;
  while (claimed.size() < size && unclaimed_ != queue_.end()) claimed.push_back(unclaimed_++);
  unclaimed_size_ -= claimed.size();
  return claimed;
}

bool Pool::over_quota(std::uint64_t owner) const {
  const auto found = by_party_.find(owner);
  return found != by_party_.end() && (found->second.transactions >= limits_.party_transactions ||
                                      found->second.bytes >= party_bytes_);
}

void Pool::count(Waiting& waiting, std::uint64_t owner) {
  waiting.counted_for = owner;
  if (owner == 0) return;
  Share& share = by_party_[owner];
  ++share.transactions;
  share.bytes += waiting.size;
}

void Pool::uncount(const Waiting& waiting) {
  if (waiting.counted_for == 0) return;
  const auto found = by_party_.find(waiting.counted_for);
  ASTYQ_CHECK(found != by_party_.end() && found->second.transactions > 0);
  ASTYQ_CHECK(found->second.bytes >= waiting.size);
  found->second.bytes -= waiting.size;
  if (--found->second.transactions == 0) by_party_.erase(found);
}

// Requires: it is claimed and not ready.
void Pool::remove(Place place) {
  bytes_ -= place->size;
  if (unready_ == place) ++unready_;
  queue_.erase(place);
}

void Pool::advance() {
  for (; unready_ != unclaimed_ && unready_->prepared; ++unready_) ++ready_;
}

std::vector<Pool::Waiting> Pool::prepared(std::span<const Place> claimed,
                                          std::span<const std::uint64_t> owners) {
  ASTYQ_CHECK(claimed.size() == owners.size());
  std::vector<Waiting> over;
  {
    const std::lock_guard guard(lock_);
    for (std::size_t i = 0; i < claimed.size(); ++i) {
      Waiting& waiting = *claimed[i];
      waiting.prepared = true;
      if (waiting.submission == nullptr) {
        remove(claimed[i]);
      } else if (over_quota(owners[i])) {
        over.push_back(std::move(waiting));
        remove(claimed[i]);
      } else {
        count(waiting, owners[i]);
      }
    }
    advance();
  }
  ready_changed_.notify_all();
  return over;
}

std::vector<Pool::Waiting> Pool::take(std::size_t most, std::uint64_t most_bytes) {
  const std::lock_guard guard(lock_);
  std::vector<Waiting> taken;
  std::uint64_t taken_bytes = 0;
  for (; ready_ > 0 && taken.size() < most; --ready_) {
    Waiting& front = queue_.front();
    if (!taken.empty() && taken_bytes + front.size > most_bytes) break;
    taken_bytes += front.size;
    uncount(front);
    taken.push_back(std::move(front));
    queue_.pop_front();
  }
  bytes_ -= taken_bytes;
  return taken;
}

void Pool::put_back(std::vector<Waiting> waiting) {
  const std::lock_guard guard(lock_);
  for (auto it = waiting.rbegin(); it != waiting.rend(); ++it) {
    bytes_ += it->size;
    count(*it, it->counted_for);
    queue_.push_front(std::move(*it));
    ++ready_;
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
  arrived_.notify_all();
  ready_changed_.notify_all();
}

std::size_t Pool::size() const {
  const std::lock_guard guard(lock_);
  return queue_.size();
}

std::size_t Pool::ready() const {
  const std::lock_guard guard(lock_);
  return ready_;
}

bool Pool::crowded() const {
  const std::lock_guard guard(lock_);
  return queue_.size() > limits_.transactions / 2 || bytes_ > limits_.bytes / 2;
}

bool Pool::full() const {
  const std::lock_guard guard(lock_);
  return queue_.size() >= limits_.transactions || bytes_ >= limits_.bytes;
}

void Pool::wait(std::chrono::milliseconds at_most) {
  std::unique_lock guard(lock_);
  ready_changed_.wait_for(guard, at_most, [this] { return closed_ || woken_ || ready_ > 0; });
  woken_ = false;
}

void Pool::wake() {
  {
    const std::lock_guard guard(lock_);
    woken_ = true;
  }
  ready_changed_.notify_all();
}

}  // namespace astyq::node
