// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>

#include "abci/grammar.h"

namespace astyq::abci {

// The grammar as the threads of all connections share it: who must wait waits here, holding
// nothing.
class Turns {
 public:
  using Connection = Grammar::Connection;

  explicit Turns(std::int64_t height) : grammar_(height) {}

  // Requires: the socket stays open until leave().
  void join(Connection connection, int socket);
  void leave(Connection connection);

  // Waits until the call may be judged. Faults: those of Grammar::begin; `connection_left`, the
  // peer hung up before its call came to its turn and others were told so; `server_stopping`.
  Status begin(Connection connection, const Call& call);
  // Requires: begin() allowed the call.
  void end(Connection connection, const Call& call, const Outcome& outcome);
  // Whoever waits, now or later, is refused.
  void stop();

 private:
  struct Peer {
    int socket;
    bool left = false;
  };

  // What a CometBFT that was killed had begun must not hold up the next one until its threads
  // notice.
  void notice_who_left(Connection asking);

  std::mutex mutex_;
  std::condition_variable changed_;
  Grammar grammar_;
  std::map<Connection, Peer> peers_;
  bool stopping_ = false;
};

}  // namespace astyq::abci
