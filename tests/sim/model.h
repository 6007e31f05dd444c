// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <utility>

#include "engine/engine.h"
#include "sim/world.h"

namespace astyq::sim {

// What everybody should own after the accepted operations, kept in a map: the balances by hand.
class Model {
 public:
  explicit Model(const World& world);

  // Requires: `before` is the world before the block of this operation.
  void apply(const World& before, std::uint64_t party, const base::v1::Operation& op);
  // The first balance that differs; empty when all agree.
  std::string difference(const World& world) const;

 private:
  using Owner = std::pair<std::uint64_t, std::uint64_t>;  // party, asset

  void move(std::uint64_t asset, std::uint64_t from, std::uint64_t to, std::uint64_t amount);

  std::map<Owner, std::uint64_t> owned_;
  std::map<std::uint64_t, std::uint64_t> pool_of_;  // by receipt
};

}  // namespace astyq::sim
