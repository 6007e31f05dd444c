// SPDX-License-Identifier: Apache-2.0
// Clients that are slow on purpose, too many of them, and no file descriptors left: honest ones are
// served, the others are told why not, and the ledger keeps what it needs.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <boost/json/parse.hpp>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

#include "node/descriptors.h"
#include "support/acts.h"
#include "support/programs.h"
#include "support/temporary_directory.h"

namespace astyq::test {
namespace {

using Clients = std::vector<std::unique_ptr<Client>>;

constexpr std::chrono::seconds kEnough{300};

std::string code_of(const Reply& reply) {
  boost::json::error_code error;
  const auto problem = boost::json::parse(reply.body, error);
  return error ? reply.head : std::string(problem.at("code").as_string());
}

std::string post_of(BytesView body) {
  return "POST /v1/transactions HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n"
         "Content-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + Bytes(body);
}

struct SlowClients : testing::Test {
  TemporaryDirectory directory;
  Acts acts{"beside slow clients"};
  std::vector<std::string> acknowledged;

  std::string node_with(const std::string& settings) const {
    const std::string data = directory / "node";
    std::filesystem::create_directories(data);
    std::ofstream(data + "/node.toml") << settings;
    return data;
  }
  static Clients connect(const Daemon& daemon, int count, const std::string& beginning = "") {
    Clients clients;
    for (int i = 0; i < count; ++i) {
      clients.push_back(std::make_unique<Client>(daemon.port(), kEnough));
      clients.back()->send(beginning);
    }
    return clients;
  }
  void expect_served(const Daemon& daemon) {
    const Acts::Act act = acts.next();
    const auto reply = Acts::send(daemon, act);
    ASSERT_TRUE(reply && reply->status == 201) << (reply ? reply->body : "no answer");
    acknowledged.push_back(act.id);
  }
  // Over a connection that stands already.
  void expect_served(Client& client) {
    const Acts::Act act = acts.next();
    client.send(post_of(act.signed_tx));
    const Reply reply = client.receive();
    ASSERT_EQ(reply.status, 201) << reply.head << reply.body;
    acknowledged.push_back(act.id);
  }
  void expect_all_there(const Daemon& daemon) const {
    ASSERT_FALSE(acknowledged.empty());
    for (const std::string& id : acknowledged) {
      const auto reply = acts.find(daemon, id);
      EXPECT_TRUE(reply && reply->status == 200) << id << " was acknowledged and is gone";
    }
  }
  static std::uint64_t connections(const Daemon& daemon) {
    const std::string name = "\nastyq_http_connections ";
    const auto reply = daemon.get("/metrics");
    const std::size_t at = reply ? reply->body.find(name) : std::string::npos;
    return at == std::string::npos ? 0 : std::stoull(reply->body.substr(at + name.size()));
  }
  static std::size_t open_files(const Daemon& daemon) {
    const auto files =
        std::filesystem::directory_iterator("/proc/" + std::to_string(daemon.pid()) + "/fd");
    return static_cast<std::size_t>(std::distance(begin(files), end(files)));
  }
};

TEST_F(SlowClients, are_sent_away_while_others_are_served) {
  Daemon daemon(node_with("request_s = 2\nanswer_s = 2\n"));
  const int each = 10;
  const Clients silent = connect(daemon, each);
  const Clients without_body = connect(
      daemon, each, "POST /v1/transactions HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n");
  std::string many;
  const int asked = 3'000;
  for (int i = 0; i < asked; ++i) many += "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
  Clients unread = connect(daemon, each);
  for (const auto& client : unread) client->receive_little();
  for (const auto& client : unread) client->send(many);
  const Clients dripping = connect(daemon, each);
  const std::string head = "GET /v1/status HTTP/1.1\r\nHost: x\r\nX: " + std::string(10'000, 'x');
  const auto deadline = std::chrono::steady_clock::now() + kEnough;
  std::size_t sent = 0;
  std::uint64_t left = connections(daemon);
  for (; left > 1 && std::chrono::steady_clock::now() < deadline; left = connections(daemon)) {
    for (const auto& client : dripping) client->send(head.substr(sent, 1));
    ++sent;
    expect_served(daemon);
  }
  EXPECT_LT(sent, head.size());
  EXPECT_EQ(left, 1u);
  for (const Clients* late : {&without_body, &dripping})
    for (const auto& client : *late) {
      const Reply reply = client->receive();
      EXPECT_EQ(reply.status, 408);
      EXPECT_EQ(code_of(reply), "request_too_slow");
      EXPECT_EQ(client->receive_until("\n"), "");
      EXPECT_TRUE(client->over());
    }
  for (const auto& client : silent) {
    EXPECT_EQ(client->receive_until("\n"), "");
    EXPECT_TRUE(client->over());
  }
  for (const auto& client : unread) {
    int answers = 0;
    while (client->receive().status == 200) ++answers;
    EXPECT_LT(answers, asked);
    EXPECT_TRUE(client->over());
  }
  expect_all_there(daemon);
}

TEST_F(SlowClients, one_connection_too_many_is_told_so_and_served_later) {
  Daemon daemon(node_with("max_connections = 20\n"));
  Client early(daemon.port());
  expect_served(early);
  {
    const Clients others = connect(daemon, 19);
    for (int i = 0; i < 30; ++i) {
      const auto refused = daemon.get("/v1/status");
      ASSERT_TRUE(refused.has_value());
      EXPECT_EQ(refused->status, 503);
      EXPECT_EQ(code_of(*refused), "too_many_connections");
      EXPECT_EQ(refused->header("Retry-After"), "1");
    }
    expect_served(early);
  }
  const auto deadline = std::chrono::steady_clock::now() + kEnough;
  while (daemon.get("/v1/status").value_or(Reply()).status != 200 &&
         std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  expect_served(daemon);
  expect_all_there(daemon);
}

// The process may open few files: connections take what is left, never what the ledger needs for
// its next checkpoint, the copies of the image and the reading of its disk.
TEST_F(SlowClients, never_take_the_descriptors_of_the_ledger) {
  constexpr std::uint64_t kConnections = 40;
  const std::string data = node_with("checkpoint_s = 1\nkeep_checkpoint_s = 1\n");
  {
    Daemon daemon(data, {}, node::kOwnDescriptors + kConnections);
    Client early(daemon.port());
    expect_served(early);
    const Clients others = connect(daemon, 3 * kConnections);
    const auto deadline = std::chrono::steady_clock::now() + kEnough;
    const auto copies = [&] {
      std::error_code none;
      const std::filesystem::directory_iterator kept(data + "/ledger/kept", none);
      return std::distance(begin(kept), end(kept));
    };
    while (copies() < 2 && std::chrono::steady_clock::now() < deadline) {
      expect_served(early);
      EXPECT_LE(open_files(daemon), node::kOwnDescriptors / 2 + kConnections);
    }
    EXPECT_GE(copies(), 2);
    const Ran backup = astyqd(directory / ".", "backup backup --data node");
    EXPECT_EQ(backup.exit, 0) << backup.err;
    const auto refused = daemon.get("/v1/status");
    ASSERT_TRUE(refused.has_value());
    EXPECT_EQ(code_of(*refused), "too_many_connections");
    EXPECT_EQ(daemon.stop(SIGTERM), 0);
  }
  Daemon again(data);
  expect_all_there(again);
}

TEST_F(SlowClients, wait_when_no_descriptor_is_left_and_are_served_once_there_is) {
  Daemon daemon(node_with(""));
  Client early(daemon.port());
  expect_served(early);
  rlimit before{};
  ASSERT_EQ(::prlimit(daemon.pid(), RLIMIT_NOFILE, nullptr, &before), 0);
  const rlimit none{3, before.rlim_max};
  ASSERT_EQ(::prlimit(daemon.pid(), RLIMIT_NOFILE, &none, nullptr), 0);
  const Clients waiting = connect(daemon, 20, "GET /v1/status HTTP/1.1\r\nHost: x\r\n\r\n");
  for (int i = 0; i < 20; ++i) expect_served(early);
  ASSERT_EQ(::prlimit(daemon.pid(), RLIMIT_NOFILE, &before, nullptr), 0);
  for (const auto& client : waiting) EXPECT_EQ(client->receive().status, 200);
  expect_served(daemon);
  expect_all_there(daemon);
}

// Where the ledger itself finds none left, as when an operator takes them away.
TEST_F(SlowClients, a_checkpoint_without_descriptors_loses_nothing) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the sanitizers' own checks need descriptors";
#endif
  const std::string data = node_with("checkpoint_s = 1\nkeep_checkpoint_s = 1\n");
  {
    Daemon daemon(data);
    Client early(daemon.port());
    expect_served(early);
    rlimit before{};
    ASSERT_EQ(::prlimit(daemon.pid(), RLIMIT_NOFILE, nullptr, &before), 0);
    const rlimit none{3, before.rlim_max};
    ASSERT_EQ(::prlimit(daemon.pid(), RLIMIT_NOFILE, &none, nullptr), 0);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(3);
    while (std::chrono::steady_clock::now() < deadline) {
      const Acts::Act act = acts.next();
      early.send(post_of(act.signed_tx));
      const Reply reply = early.receive();
      if (reply.status != 201) break;
      acknowledged.push_back(act.id);
    }
    // It may end of it, but not without saying so.
    if (daemon.stop(SIGTERM) != 0) {
      const std::string said = text_of(data + ".log");
      EXPECT_NE(said.find("astyqd: image_failed: "), std::string::npos) << said;
      EXPECT_NE(said.find("Too many open files"), std::string::npos) << said;
    }
  }
  Daemon again(data);
  expect_all_there(again);
  expect_served(again);
}

}  // namespace
}  // namespace astyq::test
