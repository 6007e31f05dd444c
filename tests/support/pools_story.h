// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "astyq/elevators/v1/state.pb.h"
#include "support/chain.h"
#include "support/elevators_story.h"

namespace astyq::test {

// An elevator and the pool of its third-class wheat: the beginning of every story about tokens.
class PoolStory {
 public:
  explicit PoolStory(Chain& chain);

  ElevatorStory& elevator() { return elevator_; }
  std::uint64_t pool() const { return pool_; }
  std::uint64_t token() const { return token_; }
  // What the pool takes.
  elevators::v1::Grade grade() const { return grade_; }

  // A receipt, from the truck at the gate to the registrar's entry; of the pool's grade unless said
  // otherwise.
  std::uint64_t receipt(const Actor& holder, std::uint64_t kg, Load load = {},
                        Where where = Where::current());
  // A receipt of the holder's that is locked in the pool; he has its tokens.
  std::uint64_t tokenised(const Actor& holder, std::uint64_t kg, Where where = Where::current());

 private:
  Chain& chain_;
  ElevatorStory elevator_;
  elevators::v1::Grade grade_;
  std::uint64_t pool_ = 0;
  std::uint64_t token_ = 0;
};

}  // namespace astyq::test
