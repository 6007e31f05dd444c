// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <string>

#include "astyq/abci/v1/request.pb.h"
#include "astyq/abci/v1/response.pb.h"
#include "base/bytes.h"
#include "base/check.h"

namespace astyq::abci::test {

inline Bytes framed(BytesView message) {
  Bytes frame;
  append_varint(frame, message.size());
  return frame + Bytes(message);
}
inline Bytes framed(const v1::Request& request) {
  return framed(request.SerializeAsString());
}
inline v1::Request flush() {
  v1::Request request;
  request.mutable_flush();
  return request;
}
inline v1::Request echo(const std::string& message) {
  v1::Request request;
  request.mutable_echo()->set_message(message);
  return request;
}

// One connection to a server, as CometBFT's client makes one, that can also say what CometBFT
// never says.
class Client {
 public:
  // Requires: something listens there.
  explicit Client(const std::string& address)
      : socket_(address.starts_with("unix://") ? connect_to_file(address.substr(7))
                                               : connect_to_port(address)) {}
  ~Client() { ::close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // False when the server has hung up.
  bool send(BytesView bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  bool send(const v1::Request& request) { return send(framed(request)); }
  // Says nothing more, and still hears.
  void end_sending() { ::shutdown(socket_, SHUT_WR); }

  // The next answer; nothing when the server has hung up.
  std::optional<v1::Response> hear() {
    std::uint64_t size = 0;
    for (unsigned shift = 0;; shift += 7) {
      const Bytes byte = take(1);
      if (byte.empty()) return std::nullopt;
      size |= std::uint64_t{static_cast<std::uint8_t>(byte[0]) & 0x7fu} << shift;
      if ((byte[0] & 0x80) == 0) break;
    }
    v1::Response response;
    const Bytes message = take(size);
    if (message.size() != size) return std::nullopt;
    ASTYQ_CHECK(response.ParseFromString(message));
    return response;
  }
  // Whether something has come that was not heard yet.
  bool has_heard() const {
    char byte = 0;
    return ::recv(socket_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
  }

  // A request, Flush, and its answer; nothing when the server hung up instead.
  std::optional<v1::Response> ask(const v1::Request& request) {
    send(framed(request) + framed(flush()));
    auto response = hear();
    if (!response || response->has_exception()) return response;
    const auto flushed = hear();
    ASTYQ_CHECK(flushed && flushed->has_flush());
    return response;
  }
  // The code of the exception that it got and with which the connection ended; "" for another
  // answer or none.
  std::string refused(const v1::Request& request) {
    send(framed(request) + framed(flush()));
    return refusal();
  }
  std::string refusal() {
    const auto response = hear();
    if (!response || !response->has_exception()) return "";
    const std::string& error = response->exception().error();
    return hear() ? "" : error.substr(0, error.find(':'));
  }

 private:
  static constexpr int kPatienceSeconds = 60;

  static int made(int family) {
    const int socket = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval patience{kPatienceSeconds, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    return socket;
  }
  static int connect_to_file(const std::string& path) {
    const int socket = made(AF_UNIX);
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    std::memcpy(name.sun_path, path.data(), path.size());
    ASTYQ_CHECK(::connect(socket, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0);
    return socket;
  }
  static int connect_to_port(const std::string& address) {
    const int socket = made(AF_INET);
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_port =
        htons(static_cast<std::uint16_t>(std::stoul(address.substr(address.rfind(':') + 1))));
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASTYQ_CHECK(::connect(socket, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0);
    return socket;
  }

  // Just so many, or as many as came before the end.
  Bytes take(std::size_t size) {
    Bytes taken(size, '\0');
    std::size_t got = 0;
    while (got < size) {
      const ssize_t more = ::recv(socket_, taken.data() + got, size - got, 0);
      ASTYQ_CHECK(more >= 0 || errno == ECONNRESET || errno == EPIPE);  // EAGAIN: it hangs
      if (more <= 0) break;
      got += static_cast<std::size_t>(more);
    }
    taken.resize(got);
    return taken;
  }

  int socket_;
};

}  // namespace astyq::abci::test
