// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "engine/member.h"
#include "store/tree.h"

namespace astyq::engine {

// Asks for the memory of the rows that members will read, a few members before they are executed:
// among millions of accounts each row is far away, and one after the other they would be waited
// for. Which rows they are is guessed from what a transaction says: its party and keys, what its
// operations name, and the balances of those. A wrong guess costs time and nothing else.
class Ahead {
 public:
  static constexpr std::size_t kMembers = 8;  // at once; what they read fits the nearest cache

  explicit Ahead(const store::Tree& tree) : tree_(tree) {}

  // Changes nothing: ids are set to what they are.
  void of(std::span<Member> members);

 private:
  const store::Tree& tree_;
  std::vector<store::RowKey> keys_;
};

}  // namespace astyq::engine
