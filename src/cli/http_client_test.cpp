// SPDX-License-Identifier: Apache-2.0
#include "cli/http_client.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>

namespace astyq::cli {
namespace {

// A node that takes connections and never answers.
class SilentNode {
 public:
  SilentNode() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(socket_, 8), 0);
    EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  }
  ~SilentNode() { ::close(socket_); }
  SilentNode(const SilentNode&) = delete;
  SilentNode& operator=(const SilentNode&) = delete;
  const std::string& url() const { return url_; }
  int accept() const { return ::accept(socket_, nullptr, nullptr); }
  void end() const { ::shutdown(socket_, SHUT_RDWR); }

 private:
  int socket_;
  std::string url_;
};

// A proxy before a node: reads a request, answers each with the same bytes, and closes.
class Proxy {
 public:
  explicit Proxy(std::string answer) : answer_(std::move(answer)), thread_([this] { run(); }) {}
  ~Proxy() {
    node_.end();
    thread_.join();
  }
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;
  const std::string& url() const { return node_.url(); }

 private:
  void run() const {
    for (int one = node_.accept(); one >= 0; one = node_.accept()) {
      char bytes[4096];
      (void)!::recv(one, bytes, sizeof bytes, 0);
      (void)!::send(one, answer_.data(), answer_.size(), MSG_NOSIGNAL);
      ::shutdown(one, SHUT_WR);
      while (::recv(one, bytes, sizeof bytes, 0) > 0) continue;
      ::close(one);
    }
  }

  const SilentNode node_;
  const std::string answer_;
  std::thread thread_;
};

// Presses ^C again and again until the call has come back, so that no moment of it is missed.
template <typename Call>
auto interrupted(Call call) {
  std::atomic<bool> over = false;
  struct sigaction ignore = {};
  struct sigaction before = {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGINT, &ignore, &before);
  std::thread finger([&] {
    while (!over) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      ::kill(::getpid(), SIGINT);
    }
  });
  auto result = call();
  over = true;
  finger.join();
  sigaction(SIGINT, &before, nullptr);
  return result;
}

TEST(HttpClient, an_interrupted_transaction_is_unknown_and_an_interrupted_read_is_not) {
  const SilentNode node;
  const auto client = connect_http(node.url(), "");
  ASSERT_TRUE(client.ok());
  const auto sent = interrupted([&] { return (*client)->send("signed"); });
  ASSERT_FALSE(sent.ok());
  EXPECT_EQ(sent.fault().code, "unknown_outcome");
  const auto tried = interrupted([&] { return (*client)->dry_run("signed"); });
  ASSERT_FALSE(tried.ok());
  EXPECT_EQ(tried.fault().code, "interrupted");
  const auto read = interrupted([&] { return (*client)->head(); });
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.fault().code, "interrupted");
}

// Whatever stands between has sent it on, perhaps: only the node itself can say that nothing
// happened.
TEST(HttpClient, an_answer_that_is_not_the_nodes_leaves_a_transaction_unknown) {
  const struct {
    const char* status;
    const char* body;
  } answers[] = {{"502 Bad Gateway", "<html>502</html>"},
                 {"504 Gateway Time-out", ""},
                 {"504 Gateway Time-out", "{\"message\":\"timed out\"}"},
                 {"200 OK", "<html>welcome</html>"},
                 {"201 Created", "{\"status\":\"done\"}"},
                 {"200 OK", "[]"},
                 {"500 Internal Server Error", "[1]"}};
  for (const auto& answer : answers) {
    const std::string body = answer.body;
    const Proxy proxy(std::string("HTTP/1.1 ") + answer.status + "\r\nConnection: close\r\n" +
                      "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    const auto client = connect_http(proxy.url(), "");
    ASSERT_TRUE(client.ok());
    const auto code = [&](const auto& result) { return result.ok() ? "" : result.fault().code; };
    EXPECT_EQ(code((*client)->send("signed")), "unknown_outcome") << answer.status << body;
    EXPECT_EQ(code((*client)->send_all({"signed"})), "unknown_outcome") << answer.status << body;
    EXPECT_EQ(code((*client)->dry_run("signed")), "node_failed") << answer.status << body;
    EXPECT_EQ(code((*client)->head()), "node_failed") << answer.status << body;
  }
}

TEST(HttpClient, what_the_node_refuses_is_told_in_its_words) {
  const std::string body = "{\"code\":\"pool_full\",\"detail\":\"Full.\",\"trace_id\":\"7\"}";
  const Proxy node("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: " +
                   std::to_string(body.size()) + "\r\n\r\n" + body);
  const auto client = connect_http(node.url(), "");
  ASSERT_TRUE(client.ok());
  const auto sent = (*client)->send("signed");
  ASSERT_FALSE(sent.ok());
  EXPECT_EQ(sent.fault().code, "pool_full");
}

}  // namespace
}  // namespace astyq::cli
