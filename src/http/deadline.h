// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>

namespace astyq::http {

// Ends what a socket is about to do when its time is over, and leaves it open, so that the client
// can still be told. Everything happens on the socket's strand.
class Deadline {
 public:
  explicit Deadline(boost::asio::ip::tcp::socket& socket) : timer_(socket.get_executor()) {
    state_->socket = &socket;
  }
  ~Deadline() { state_->socket = nullptr; }  // its last call may be on its way
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  void set(std::chrono::steady_clock::time_point end) {
    timer_.expires_at(end);
    timer_.async_wait([state = state_, end](const boost::system::error_code& stopped) {
      if (stopped || state->socket == nullptr || state->end != end) return;
      state->over = true;
      boost::system::error_code ignored;
      state->socket->cancel(ignored);
    });
    state_->end = end;
  }
  void clear() {
    state_->end = {};
    timer_.cancel();
  }
  bool over() const { return state_->over; }

 private:
  struct State {
    boost::asio::ip::tcp::socket* socket = nullptr;
    std::chrono::steady_clock::time_point end;
    bool over = false;
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
  boost::asio::steady_timer timer_;
};

}  // namespace astyq::http
