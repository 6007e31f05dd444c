// SPDX-License-Identifier: Apache-2.0
#include "support/http_client.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace astyq::test {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

}  // namespace

std::string Reply::header(std::string_view name) const {
  const std::string wanted = "\r\n" + lower(name) + ": ";
  const std::size_t at = lower(head).find(wanted);
  if (at == std::string::npos) return {};
  const std::size_t begin = at + wanted.size();
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

Client::Client(std::uint16_t port, std::chrono::seconds patience)
    : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  const timeval limit{patience.count(), 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  (void)!::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

Client::~Client() {
  ::close(socket_);
}

bool Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void Client::finish_sending() {
  ::shutdown(socket_, SHUT_WR);
}

void Client::receive_little() {
  const int bytes = 1;
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

bool Client::fill() {
  char bytes[65536];
  ssize_t received = 0;
  // A process that was halted for a while is interrupted.
  do received = ::recv(socket_, bytes, sizeof bytes, 0);
  while (received < 0 && errno == EINTR);
  over_ = received == 0 || (received < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
  if (received <= 0) return false;
  buffer_.append(bytes, static_cast<std::size_t>(received));
  return true;
}

std::string Client::receive_until(std::string_view text) {
  while (buffer_.find(text) == std::string::npos)
    if (!fill()) return std::exchange(buffer_, {});
  const std::size_t end = buffer_.find(text) + text.size();
  std::string out = buffer_.substr(0, end);
  buffer_.erase(0, end);
  return out;
}

Reply Client::receive(bool without_body) {
  Reply reply;
  reply.head = receive_until("\r\n\r\n");
  if (!reply.head.starts_with("HTTP/1.1 ")) return reply;
  reply.status = std::stoi(reply.head.substr(9, 3));
  const std::string length = reply.header("content-length");
  const std::size_t size = length.empty() || without_body ? 0 : std::stoul(length);
  while (buffer_.size() < size && fill()) continue;
  reply.body = buffer_.substr(0, size);
  buffer_.erase(0, reply.body.size());
  if (reply.body.size() < size) reply.status = 0;
  return reply;
}

Reply request(std::uint16_t port, const std::string& method, const std::string& target,
              const std::string& headers, const std::string& body) {
  Client client(port);
  const std::string length =
      body.empty() ? "" : "Content-Length: " + std::to_string(body.size()) + "\r\n";
  client.send(method + " " + target + " HTTP/1.1\r\nHost: test\r\n" + headers + length + "\r\n" +
              body);
  return client.receive(method == "HEAD");
}

Reply get(std::uint16_t port, const std::string& target, const std::string& headers) {
  return request(port, "GET", target, headers);
}

Reply post(std::uint16_t port, const std::string& target, const std::string& content_type,
           const std::string& body) {
  return request(port, "POST", target, "Content-Type: " + content_type + "\r\n", body);
}

}  // namespace astyq::test
