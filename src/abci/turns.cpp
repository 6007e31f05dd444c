// SPDX-License-Identifier: Apache-2.0
#include "abci/turns.h"

#include <poll.h>

namespace astyq::abci {
namespace {

bool hung_up(int socket) {
  pollfd asked{socket, POLLRDHUP, 0};
  return ::poll(&asked, 1, 0) > 0 && (asked.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

}  // namespace

void Turns::join(Connection connection, int socket) {
  const std::lock_guard lock(mutex_);
  peers_[connection] = Peer{socket};
}

void Turns::leave(Connection connection) {
  const std::lock_guard lock(mutex_);
  const auto peer = peers_.find(connection);
  ASTYQ_CHECK(peer != peers_.end());
  if (!peer->second.left) grammar_.closed(connection);
  peers_.erase(peer);
  changed_.notify_all();
}

Status Turns::begin(Connection connection, const Call& call) {
  if (!Grammar::concerns(call.method)) return Done{};  // thousands a second, of CheckTx
  std::unique_lock lock(mutex_);
  notice_who_left(connection);
  while (!stopping_ && grammar_.must_wait(call.method)) {
    changed_.wait(lock);
    notice_who_left(connection);
  }
  if (stopping_)
    return Fault{"server_stopping", "The application is being stopped. Start it, then CometBFT."};
  if (peers_.at(connection).left)
    return Fault{"connection_left", "The connection ended before its call came to its turn."};
  return grammar_.begin(connection, call);
}

void Turns::end(Connection connection, const Call& call, const Outcome& outcome) {
  if (!Grammar::concerns(call.method)) return;
  const std::lock_guard lock(mutex_);
  grammar_.end(connection, call, outcome);
  changed_.notify_all();
}

void Turns::stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
}

void Turns::notice_who_left(Connection asking) {
  for (auto& [connection, peer] : peers_) {
    if (connection == asking || peer.left || !hung_up(peer.socket)) continue;
    peer.left = true;
    grammar_.closed(connection);
  }
}

}  // namespace astyq::abci
