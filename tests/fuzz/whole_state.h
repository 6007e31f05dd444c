// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>

#include "audit/auditor.h"
#include "engine/engine.h"
#include "support/chain.h"
#include "support/operation_maker.h"

namespace astyq::fuzz {

// A state with something of everything, for fuzzers to begin from, and what must hold whatever
// blocks come, stated with ASTYQ_CHECK.
class WholeState {
 public:
  // Made once; always the same.
  static WholeState& get();

  const engine::Engine& engine() const { return engine_; }
  const test::OperationMaker::Known& known() const { return known_; }
  // Of each party as of now, active ones; those that the stories made, which all are Ed25519.
  std::map<std::uint64_t, std::vector<crypto::Ed25519Key>> keys() const;

  // Time and members of the next block, over the state as it is then. False: there is none.
  using Next = std::function<bool(engine::BlockInput& block)>;
  // Applies blocks, at most 4: no invariant trips, a dry run of the first transaction says what the
  // block does, the auditor's books agree with the rows. Then the undo of each gives back the state
  // before it, and the same blocks give the same roots again. The state ends as it began.
  void try_blocks(const Next& next);

 private:
  explicit WholeState(test::Chain& chain);
  engine::BlockResult apply(const engine::BlockInput& block);
  // Back to before the oldest of these blocks.
  void revert(std::vector<engine::BlockResult>& results);

  engine::Engine engine_;
  audit::Auditor auditor_;  // of all that led to the state
  test::OperationMaker::Known known_;
  std::map<Bytes, crypto::Ed25519Key> made_;  // by public key
};

}  // namespace astyq::fuzz
