// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "abci/request.h"
#include "base/result.h"

// Which calls may follow which, over all connections of one server, since nothing labels a
// connection. From the specification of CometBFT v0.38, "expected behavior", and from what its
// handshake, its state sync and its restart really do.
//
//   life     = session*                        each by one CometBFT, over connections of its own
//   session  = restore | Info [InitChain] height*      InitChain just where the state is empty
//   restore  = (OfferSnapshot ApplySnapshotChunk*)+ Info height*
//   height   = round* FinalizeBlock Commit
//   round    = (PrepareProposal | ProcessProposal | ExtendVote | VerifyVoteExtension)*
//
// Echo, Flush, Query, CheckTx, InsertTx, ReapTxs, ListSnapshots and LoadSnapshotChunk may come at
// any time, and so may Info, which RPC asks for too. A session ends with the connection that made
// its calls of blocks: a block that was executed but not committed is void then, and the next
// session begins with Info again. The steps within a round are not held to an order: a node that
// reads its own log again repeats some.
namespace astyq::abci {

struct Call {
  Method method;
  std::int64_t height = 0;  // of a block that is proposed or decided; InitChain: the first block's
};

// What came of a call. Of the last two each means something for some methods only.
struct Outcome {
  bool answered = false;    // false: the application told a fault
  std::int64_t height = 0;  // Info: last_block_height
  bool accepted = false;    // OfferSnapshot, ApplySnapshotChunk: there may be further chunks
};

class Grammar {
 public:
  using Connection = std::uint64_t;  // a number that no other connection had

  // `height`: of the application's last committed block; 0 for none.
  explicit Grammar(std::int64_t height);

  // Whether such a call moves the automaton or is judged by it. Others need not be told to it.
  static bool concerns(Method method);

  // Whether the call must wait for the end of another that is under way: calls that the grammar
  // orders come one at a time, and Info waits for one whose connection is over, since what it
  // answers would be out of date at once.
  bool must_wait(Method method) const;
  // Requires: the call must not wait. To be called before the application is; a fault means that it
  // must not be. Faults: `call_before_info`, `chain_begun` (InitChain where there is a chain),
  // `chain_not_begun`, `height_not_next`, `block_not_committed`, `block_not_finalized`,
  // `state_not_empty`, `snapshot_not_offered`, `restore_under_way`, `second_caller`.
  Status begin(Connection connection, const Call& call);
  // Requires: begin() allowed the call. An Info must tell a height of 0 or more.
  void end(Connection connection, const Call& call, const Outcome& outcome);
  // The connection makes no further call; one under way may still end.
  void closed(Connection connection);

 private:
  struct UnderWay {
    Connection connection;
    bool left = false;  // its connection is over
  };

  Status allow(Connection connection, const Call& call) const;
  Status allow_restore(Connection connection, Method method) const;
  Status allow_block(const Call& call) const;
  Status expect_height(const Call& call) const;
  std::int64_t next_height() const;
  void learn(const Outcome& info);
  void forget_session();

  std::int64_t height_;                 // of the last committed block
  std::int64_t first_ = 1;              // the chain's first height, as InitChain told it
  bool introduced_ = false;             // Info was answered in this session
  bool begun_ = false;                  // InitChain was answered in this session
  bool finalized_ = false;              // a block waits for Commit
  std::optional<Connection> caller_;    // of the session's calls of blocks
  std::optional<Connection> restorer_;  // whose snapshot was accepted
  std::optional<UnderWay> under_way_;   // the one call that the grammar orders
};

}  // namespace astyq::abci
