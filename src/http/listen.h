// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>

#include "base/result.h"
#include "node/config.h"

namespace astyq::http {

// Listens where the configuration says; returns the port. Faults: `address_in_use`,
// `address_invalid`.
Result<std::uint16_t> listen(boost::asio::ip::tcp::acceptor& acceptor, const node::Config& config);

}  // namespace astyq::http
