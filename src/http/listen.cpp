// SPDX-License-Identifier: Apache-2.0
#include "http/listen.h"

namespace astyq::http {

namespace asio = boost::asio;
using asio::ip::tcp;

Result<std::uint16_t> listen(tcp::acceptor& acceptor, const node::Config& config) {
  boost::system::error_code error;
  const auto address = asio::ip::make_address(config.listen_address, error);
  if (error)
    return Fault{"address_invalid",
                 "'" + config.listen_address + "' is no IP address, such as 127.0.0.1 is."};
  const tcp::endpoint endpoint(address, config.listen_port);
  std::uint16_t port = 0;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (!error) port = acceptor.local_endpoint(error).port();
  if (!error) return port;
  const bool in_use = error == asio::error::address_in_use;
  return Fault{in_use ? "address_in_use" : "address_invalid",
               "Cannot listen on " + listen_text(config) + ": " + error.message() +
                   (in_use ? ". Stop what listens there, or choose another with --listen."
                           : ". Choose an address of this machine with --listen.")};
}

}  // namespace astyq::http
