// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace astyq::http {

// The end of a connection after its last answer: what the client still sends is read and thrown
// away for a moment. Closed with bytes that nobody has read it would be reset, and a client that
// writes all it has before it reads would never see that answer.
boost::asio::awaitable<void> take_leave(boost::asio::ip::tcp::socket& socket);

}  // namespace astyq::http
