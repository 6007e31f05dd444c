// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "base/result.h"
#include "store/tree.h"

namespace astyq::node {

class DurableLedger;

// Those who want to see an earlier state, for proofs. Going back and forth changes the tree, so the
// thread that makes blocks does it between two of them, once for all that wait for one height.
class Visits {
 public:
  using Visit = std::function<void(const store::Tree&, std::uint64_t height)>;

  // Waits until `visit` was called by the thread that serves. `height` absent: the newest that a
  // header certifies, one below the last block. `wake` is called once the visit waits. Faults:
  // `height_ahead`, `height_gone`, `state_busy` when too many rows have changed since,
  // `node_stopping`.
  Status join(std::optional<std::uint64_t> height, const Visit& visit,
              const std::function<void()>& wake);

  bool waiting() const;
  // Serves those that wait, as many as a moment allows; the others come with the next call.
  // Requires: nobody else reads the ledger meanwhile.
  void serve(DurableLedger& ledger);
  // Nobody is served any more.
  void close();

 private:
  struct Visitor {
    std::optional<std::uint64_t> height;
    const Visit& visit;
    std::optional<Status> done;
  };

  mutable std::mutex lock_;
  std::condition_variable changed_;
  std::vector<Visitor*> waiting_;  // each lives in its thread's join()
  bool closed_ = false;
};

}  // namespace astyq::node
