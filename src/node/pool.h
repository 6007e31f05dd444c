// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "base/result.h"
#include "engine/member.h"
#include "node/answer.h"

namespace astyq::node {

// Transactions on their way into a block, in their order of arrival: first they wait to be
// prepared, which takes any number of threads, then for a block, which takes one.
class Pool {
 public:
  using Answers = std::function<void(std::vector<Answer>)>;

  // One submission, answered as a whole when its last transaction is settled.
  struct Submission {
    std::vector<Bytes> signed_txs;
    std::vector<Answer> answers;
    std::atomic<std::size_t> open = 0;
    Answers when_done;
  };
  struct Waiting {
    std::shared_ptr<Submission> submission;  // null: settled by who prepared it
    std::size_t index = 0;                   // within the submission
    std::uint64_t counted_for = 0;           // the party whose quota it is in; 0: nobody's
    std::size_t size = 0;                    // bytes
    bool prepared = false;
    std::shared_ptr<const engine::Form> form{};  // that the member was prepared under
    engine::Member member{};

    const Bytes& signed_tx() const { return submission->signed_txs[index]; }
  };
  using Place = std::list<Waiting>::iterator;
  struct Limits {
    std::size_t transactions;
    std::size_t bytes;
    // Of one party, of those that came to a crowded pool; of the bytes it has the same share.
    std::size_t party_transactions;
  };

  explicit Pool(Limits limits);

  // Faults: `pool_full`, `node_stopping`, `too_many_at_once` where the pool would never hold so
  // many; nothing was taken then.
  Status add(std::vector<Bytes> signed_txs, Answers when_done);

  // How much one of `sharers` threads takes: its share of what is there, as long as that is enough
  // to be prepared well together and not so much that those behind wait long.
  struct Portion {
    std::size_t most;
    std::size_t fewest = 1;
    std::size_t sharers = 1;
  };
  // So many that are not prepared, for one thread to prepare in their place; waits for one at
  // least. Empty once the pool is closed and all are claimed.
  std::vector<Place> claim(Portion portion);
  // Gives claimed ones back. `owners` says for each the party that is known to have signed it, in
  // whose quota it is counted; 0 where that is not known.
  // Returns those that are more than a party may have waiting: they are out, to be settled. Who
  // settles one before takes its submission out, and it goes too.
  std::vector<Waiting> prepared(std::span<const Place> claimed,
                                std::span<const std::uint64_t> owners);

  // Up to `most` prepared ones from the front with at most so many bytes together, but one at
  // least.
  std::vector<Waiting> take(std::size_t most, std::uint64_t most_bytes);
  // Puts back at the front what found no room in a block.
  void put_back(std::vector<Waiting> waiting);
  // Settles one; calls when_done with the last of its submission.
  static void settle(Waiting& waiting, Answer answer);
  // Nothing more is added; what waits is still given out.
  void close();

  std::size_t size() const;
  // How many of them a block can take at once.
  std::size_t ready() const;
  // Half of it is taken, of the transactions or of the bytes. Before, nobody is in anybody's way,
  // and whose a transaction is need not be asked.
  bool crowded() const;
  // Not another transaction would be taken, however small.
  bool full() const;
  // Waits until one is ready, the pool is closed, somebody calls wake(), or so long has passed.
  void wait(std::chrono::milliseconds at_most);
  void wake();

 private:
  struct Share {
    std::size_t transactions = 0;
    std::size_t bytes = 0;
  };
  bool over_quota(std::uint64_t owner) const;
  void count(Waiting& waiting, std::uint64_t owner);
  void uncount(const Waiting& waiting);
  void remove(Place place);
  void advance();

  const Limits limits_;
  const std::size_t party_bytes_;
  mutable std::mutex lock_;
  std::condition_variable arrived_;
  std::condition_variable ready_changed_;
  std::list<Waiting> queue_;  // the ready, then the claimed, then the others
  Place unready_ = queue_.end();
  Place unclaimed_ = queue_.end();
  std::size_t ready_ = 0;
  std::size_t unclaimed_size_ = 0;
  std::size_t bytes_ = 0;  // of the queue
  std::map<std::uint64_t, Share> by_party_;
  bool closed_ = false;
  bool woken_ = false;
};

}  // namespace astyq::node
