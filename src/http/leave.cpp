// SPDX-License-Identifier: Apache-2.0
#include "http/leave.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <string>

#include "http/deadline.h"
#include "http/limits.h"

namespace astyq::http {

namespace asio = boost::asio;
using asio::ip::tcp;

asio::awaitable<void> take_leave(tcp::socket& socket) {
  boost::system::error_code error;
  socket.shutdown(tcp::socket::shutdown_send, error);
  Deadline deadline(socket);
  deadline.set(std::chrono::steady_clock::now() + kLeaveTime);
  std::string unread(kReadAtOnce, '\0');
  for (std::uint64_t bytes = 0; !error && !deadline.over() && bytes < kLeaveBytes;)
    bytes += co_await socket.async_read_some(asio::buffer(unread),
                                             asio::redirect_error(asio::use_awaitable, error));
  deadline.clear();
}

}  // namespace astyq::http
