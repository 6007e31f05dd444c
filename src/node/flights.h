// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <vector>

#include "node/pool.h"

namespace astyq::node {

// Bundles of this node's clients on their way into a block, by the SHA-256 of their bytes. Who
// sends the same transaction again may make the same bundle again: both wait. Any thread.
class Flights {
 public:
  using Time = std::chrono::steady_clock::time_point;
  struct Flight {
    Bytes bundle;
    std::vector<Pool::Waiting> waiting;  // for its members, in order; their members are taken out
    Time offer_again;                    // to the engine, should it not have come down by then
  };

  void add(const Hash& name, Flight flight);
  // Takes out those that have come down; none where the bundle is not of this node.
  std::vector<Flight> land(const Hash& name);
  std::vector<Flight> land_all();
  // Those that should be offered again by now, and when it is their turn next.
  struct Overdue {
    Hash name{};
    Bytes bundle;
  };
  std::vector<Overdue> overdue(Time now, Time next);
  void offer_again_at(const Hash& name, Time time);
  // Transactions under way.
  std::size_t size() const;

 private:
  mutable std::mutex lock_;
  std::multimap<Hash, Flight> flights_;
  std::size_t transactions_ = 0;
};

}  // namespace astyq::node
