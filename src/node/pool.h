// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/result.h"
#include "node/answer.h"

namespace astyq::node {

// Transactions that wait for a block, in their order of arrival.
class Pool {
 public:
  using Answers = std::function<void(std::vector<Answer>)>;

  // One submission, answered as a whole when its last transaction is settled.
  struct Submission {
    std::vector<Answer> answers;
    std::size_t open = 0;
    Answers when_done;
  };
  struct Waiting {
    Bytes signed_tx;
    std::shared_ptr<Submission> submission;
    std::size_t index;  // within the submission
  };

  Pool(std::size_t most_transactions, std::size_t most_bytes)
      : most_transactions_(most_transactions), most_bytes_(most_bytes) {}

  // Faults: `pool_full`, `node_stopping`; nothing was taken then.
  Status add(std::vector<Bytes> signed_txs, Answers when_done);
  // Up to `most` from the front with at most so many bytes together, but one at least.
  std::vector<Waiting> take(std::size_t most, std::uint64_t most_bytes);
  // Puts back at the front what found no room in a block.
  void put_back(std::vector<Waiting> waiting);
  // Settles one; calls when_done with the last of its submission.
  static void settle(Waiting& waiting, Answer answer);
  // Nothing more is added; take() still gives what waits.
  void close();

  std::size_t size() const;
  // Not another transaction would be taken, however small.
  bool full() const;
  // Waits until something is there, the pool is closed, or so long has passed.
  void wait(std::chrono::milliseconds at_most);

 private:
  const std::size_t most_transactions_;
  const std::size_t most_bytes_;
  mutable std::mutex lock_;
  std::condition_variable changed_;
  std::deque<Waiting> queue_;
  std::size_t bytes_ = 0;  // of the queue
  bool closed_ = false;
};

}  // namespace astyq::node
