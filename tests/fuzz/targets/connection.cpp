// SPDX-License-Identifier: Apache-2.0
// Any bytes on a connection of the API: what comes back is whole answers, a problem document for
// each request that is refused, and then the end.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>

#include "engine/demo.h"
#include "fuzz/problem_document.h"
#include "fuzz/targets/targets.h"
#include "http/server.h"
#include "node/setup.h"
#include "support/temporary_directory.h"

namespace astyq::fuzz {
namespace {

constexpr int kPatienceSeconds = 60;
constexpr BytesView kBlank = "\r\n\r\n";

// A node and its server for as long as the program runs. No input is signed by anybody who could
// change its state.
class Service {
 public:
  Service() {
    node::Config config;
    config.data_directory = directory_ / "node";
    config.listen_port = 0;
    config.max_request_bytes = 1u << 20;
    ASTYQ_CHECK(node::begin_network(config.data_directory, engine::demo_genesis()).ok());
    auto node = node::Node::open(config);
    ASTYQ_CHECK(node.ok());
    node_ = std::move(*node);
    auto server = http::Server::start(*node_, config);
    ASTYQ_CHECK(server.ok());
    server_ = std::move(*server);
  }
  ~Service() {
    server_->stop();
    node_->stop();
    server_.reset();
  }
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  std::uint16_t port() const { return server_->port(); }

 private:
  astyq::test::TemporaryDirectory directory_;
  std::unique_ptr<node::Node> node_;
  std::unique_ptr<http::Server> server_;
};

struct Heard {
  Bytes bytes;
  bool cut = false;  // the server hung up on bytes that it had not read
};

class Connection {
 public:
  explicit Connection(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval patience{kPatienceSeconds, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASTYQ_CHECK(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
                0);
  }
  ~Connection() { ::close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Says all of it, then nothing more, and hears what there is to hear; of events their beginning.
  Heard say(BytesView bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) break;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    ASTYQ_CHECK(bytes.empty() || errno == EPIPE || errno == ECONNRESET);
    ::shutdown(socket_, SHUT_WR);
    Heard heard;
    while (heard.bytes.find("text/event-stream\r\n") == Bytes::npos) {
      char piece[16'384];
      const ssize_t received = ::recv(socket_, piece, sizeof piece, 0);
      heard.cut = received < 0;
      ASTYQ_CHECK(!heard.cut || errno == ECONNRESET);
      if (received <= 0) break;
      heard.bytes.append(piece, static_cast<std::size_t>(received));
    }
    return heard;
  }

 private:
  int socket_;
};

unsigned number_after(BytesView head, BytesView name) {
  const std::size_t at = head.find(name);
  unsigned number = 0;
  for (std::size_t i = at + name.size(); at != BytesView::npos && i < head.size(); ++i) {
    if (head[i] < '0' || head[i] > '9') break;
    number = 10 * number + static_cast<unsigned>(head[i] - '0');
  }
  return number;
}

// `head_asked`: some answers may be told without their bodies.
void check_answers(const Heard& heard, bool head_asked) {
  BytesView rest = heard.bytes;
  while (!rest.empty()) {
    const std::size_t end = rest.find(kBlank);
    ASTYQ_CHECK(end != BytesView::npos || heard.cut);
    if (end == BytesView::npos) return;
    const BytesView head = rest.substr(0, end + kBlank.size());
    rest.remove_prefix(head.size());
    ASTYQ_CHECK(head.starts_with("HTTP/1.1 "));
    const unsigned status = number_after(head, "HTTP/1.1 ");
    if (status == 100) continue;
    ASTYQ_CHECK(status >= 200 && status < 600);
    if (head.find("text/event-stream\r\n") != BytesView::npos) return;
    ASTYQ_CHECK(status == 204 || head.find("\r\nContent-Length: ") != BytesView::npos);
    const unsigned size = number_after(head, "\r\nContent-Length: ");
    if (head_asked && (rest.empty() || rest.starts_with("HTTP/1.1 "))) continue;
    ASTYQ_CHECK(size <= rest.size() || heard.cut);
    if (size > rest.size()) return;
    if (status >= 400) check_problem_document(rest.substr(0, size), status);
    rest.remove_prefix(size);
  }
}

bool asks_to_wait(BytesView input) {
  constexpr BytesView kName = "min-height";
  const auto same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
  return std::search(input.begin(), input.end(), kName.begin(), kName.end(), same) != input.end();
}

void attempt(BytesView input) {
  if (asks_to_wait(input)) return;
  static Service service;
  const Heard heard = Connection(service.port()).say(input);
  check_answers(heard, input.find("HEAD") != BytesView::npos);
}

std::vector<Bytes> seeds() {
  const Bytes host = " HTTP/1.1\r\nHost: x\r\n";
  const Bytes status = "GET /v1/status" + host + "\r\n";
  const Bytes post = "POST /v1/transactions" + host + "Content-Type: application/";
  const Bytes chunks = "5\r\n{\"bod\r\n6;a=b\r\ny\":\"\"}\r\n0\r\nTrailer: x\r\n\r\n";
  return {
      status,
      status + "HEAD /v1/blocks/1" + host + "\r\n" + "GET /v1/nowhere" + host + "\r\n",
      "GET /v1/status HTTP/1.0\r\n\r\n",
      "GET /v1/status HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + status,
      "OPTIONS *" + host + "\r\n",
      "GET http://x/v1/parties?limit=2&order=desc" + host + "Accept: */*\r\n\r\n",
      "GET /v1/events" + host + "Last-Event-ID: 0\r\n\r\n",
      post + "json\r\nContent-Length: 2\r\n\r\n{}" + status,
      post + "json\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + status,
      post + "json\r\nTransfer-Encoding: gzip, chunked\r\n\r\n" + chunks,
      post + "json\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}",
      post + "octet-stream\r\nContent-Length: 3\r\n\r\n\x0a\x01\x00",
      post + "x-astyq-stream\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n\x01\x00",
      post + "json\r\nContent-Length: 99999999999999999999\r\n\r\n",
      "GET /v1/status" + host + "Host: y\r\n\r\n",
      "GET /v1/status" + host + "X: a\r\n b\r\nAuthorization: Bearer x\r\n\r\n",
      "GET /" + Bytes(20'000, 'a') + host + "\r\n",
      "get  /\nHost: x\n\n",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      Bytes("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11),
  };
}

}  // namespace

Target connection() {
  return {"connection", attempt, seeds};
}

}  // namespace astyq::fuzz
