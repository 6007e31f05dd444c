// SPDX-License-Identifier: Apache-2.0
#pragma once

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

  using Done = std::function<void(const Status&)>;

  // `visit` is called by the thread that serves, unless there is a fault; then `done`, by any
  // thread. `height` absent: the newest state, with all that was settled before; it waits for the
  // block whose header certifies it. Faults: `height_ahead`, `height_gone`, `not_certified` where
  // no such block comes soon, `state_busy` when too many rows have changed since, `node_stopping`.
  void join(std::optional<std::uint64_t> height, Visit visit, Done done);

  bool waiting() const;
  // Serves those that wait, as many as a moment allows; the others come with the next call. Returns
  // what tells those that are served. `block_comes`: whether one follows where the last is not
  // certified. Requires: nobody else reads the ledger meanwhile.
  std::vector<std::function<void()>> serve(DurableLedger& ledger, bool block_comes);
  // Nobody is served any more.
  void close();

 private:
  struct Visitor {
    std::optional<std::uint64_t> height;
    Visit visit;
    Done done;
  };

  mutable std::mutex lock_;
  std::vector<Visitor> waiting_;
  bool closed_ = false;
};

}  // namespace astyq::node
