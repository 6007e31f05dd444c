// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "node/node.h"
#include "query/transaction_index.h"

namespace astyq::http {

// Follows the node's blocks: keeps the index, and gives out the events of a stream, each made once
// for all its readers. An event is one block; its id is the height.
class Feed {
 public:
  enum class Kind { kBlocks, kTransactions };  // with what became of each transaction, or without

  // Brings the index up to the node's last block, from its log. The node must outlive the result.
  // Faults: those of the index and of reading blocks.
  static Result<std::unique_ptr<Feed>> open(node::Node& node, const std::string& data_directory);
  ~Feed();

  // The newest block that the index and the stream know.
  std::uint64_t height() const { return height_; }
  query::TransactionIndex& index() { return *index_; }

  // An event as it is sent.
  using Text = std::shared_ptr<const std::string>;
  // Faults: those of reading blocks. Requires: 1 <= height <= this->height().
  Result<Text> event(std::uint64_t height, Kind kind);
  // The next events after that height, as many as a reader takes at once. Empty where the next one
  // is not there yet, or so old that each reader is told it from the log.
  std::vector<Text> recent_after(std::uint64_t height, Kind kind);

  // Calls `wake` once, from any thread: when a block above `height` is there (perhaps at once), at
  // the next wake_all(), or when the feed is closed.
  void wake_above(std::uint64_t height, std::function<void()> wake);
  void wake_all();
  void close();
  bool closed() const { return closed_; }

  struct Totals {
    std::uint64_t transactions = 0;
    std::uint64_t accepted = 0;  // operations
    std::uint64_t refused = 0;
  };
  // Of the blocks since the node started.
  Totals totals() const;

 private:
  struct Event;
  Feed(node::Node& node, std::unique_ptr<query::TransactionIndex> index);
  std::uint64_t indexed();
  void on_block(const node::FinishedBlock& block);
  Status begin_range();
  Status catch_up(std::uint64_t height);
  void publish(std::shared_ptr<Event> event);
  std::uint64_t next_height() const;
  Result<std::shared_ptr<Event>> read_event(std::uint64_t height) const;

  node::Node& node_;
  std::unique_ptr<query::TransactionIndex> index_;
  std::mutex following_;
  mutable std::mutex lock_;
  std::deque<std::shared_ptr<Event>> recent_;  // ascending, without gaps
  std::vector<std::function<void()>> sleepers_;
  Totals totals_;
  std::atomic<std::uint64_t> height_ = 0;
  std::atomic<bool> closed_ = false;
};

}  // namespace astyq::http
