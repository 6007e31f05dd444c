// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "abci/client_test.h"
#include "abci/counting_application_test.h"
#include "abci/samples_test.h"
#include "abci/server.h"
#include "support/temporary_directory.h"

namespace astyq::abci::test {

// A server with the counting application behind it, on a unix socket unless told otherwise.
class Served {
 public:
  explicit Served(const std::string& address = "") {
    Server::Options options;
    options.address = address.empty() ? "unix://" + directory_ / "abci.sock" : address;
    options.tell = [this](const Fault& fault) {
      const std::lock_guard lock(mutex_);
      told_.push_back(fault.code);
    };
    auto server = Server::start(application, std::move(options));
    EXPECT_TRUE(server.ok());
    server_ = std::move(*server);
  }

  std::string address() const { return server_->address(); }
  Server& server() { return *server_; }
  // The codes of what the operator was told.
  std::vector<std::string> told() const {
    const std::lock_guard lock(mutex_);
    return told_;
  }

  CountingApplication application;

 private:
  astyq::test::TemporaryDirectory directory_;
  mutable std::mutex mutex_;
  std::vector<std::string> told_;
  std::unique_ptr<Server> server_;
};

// Still there for somebody new, and right. Those that have just ended may take up room for a
// moment.
inline void expect_alive(const Served& served) {
  while (true) {
    Client client(served.address());
    const auto answer = client.ask(query());
    ASSERT_TRUE(answer.has_value());
    if (answer->exception().error().starts_with("too_many_connections")) continue;
    EXPECT_EQ(answer->query().key(), "count");
    return;
  }
}

// The chain begins on this connection.
inline void begin_chain(Client& client) {
  ASSERT_TRUE(client.ask(info())->has_info());
  ASSERT_TRUE(client.ask(init_chain())->has_init_chain());
}

}  // namespace astyq::abci::test
