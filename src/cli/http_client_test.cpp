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

 private:
  int socket_;
  std::string url_;
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

}  // namespace
}  // namespace astyq::cli
