// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "crypto/sha256.h"
#include "engine/demo.h"
#include "http/server.h"
#include "node/setup.h"
#include "support/http_client.h"
#include "support/temporary_directory.h"
#include "tests/verbs.gen.h"
#include "wire/signing.h"

namespace astyq::http {

inline constexpr const char* kOne = "application/octet-stream";
inline constexpr const char* kMany = "application/x-astyq-stream";

inline boost::json::value json_of(const test::Reply& reply) {
  boost::json::error_code error;
  auto value = boost::json::parse(reply.body, error);
  EXPECT_FALSE(error) << reply.head << reply.body;
  return value;
}

inline std::string text_at(const test::Reply& reply, const char* pointer) {
  boost::json::error_code error;
  const auto value = json_of(reply);
  const auto* found = value.find_pointer(pointer, error);
  return found == nullptr || !found->is_string() ? "" : std::string(found->as_string());
}

inline std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// A real node and a real server over a directory that goes with the test.
class ServerTest : public testing::Test {
 public:
  ServerTest() {
    config_.data_directory = directory_ / "node";
    config_.listen_port = 0;
    config_.block_interval_ms = 1;
    config_.max_request_bytes = 1u << 20;
    const Status begun = node::begin_network(config_.data_directory, engine::demo_genesis());
    EXPECT_TRUE(begun.ok()) << begun.fault().text;
    start();
  }
  ~ServerTest() override { stop(); }

 protected:
  void start() {
    auto node = node::Node::open(config_);
    ASSERT_TRUE(node.ok()) << node.fault().text;
    node_ = std::move(*node);
    auto server = Server::start(*node_, config_);
    ASSERT_TRUE(server.ok()) << server.fault().text;
    server_ = std::move(*server);
    port_ = server_->port();
  }
  void stop() {
    if (server_) server_->stop();
    if (node_) node_->stop();
    server_.reset();
    node_.reset();
  }

  base::v1::TxBody body(std::uint64_t number) const {
    const Bytes tag(view(crypto::sha256("person " + std::to_string(number))));
    verbs::RegisterParty verb{
        .kind = identity::v1::NATURAL_PERSON, .commitment = tag, .uniqueness_tag = tag};
    verb.key.set_kind(identity::v1::ED25519);
    verb.key.set_public_key(Bytes(view(engine::demo_key(std::to_string(number)).public_key())));
    base::v1::TxBody out;
    out.set_party(1);
    out.set_id(tag.substr(0, 16));
    out.set_valid_until(now_ns() + 30'000'000'000);
    *out.add_operations() = verb.operation();
    return out;
  }
  Bytes sign(const base::v1::TxBody& unsigned_body) const {
    const auto key = engine::demo_key(engine::kDemoRegistrar);
    return wire::sign_transaction(unsigned_body, engine::kDemoNetwork, {&key, 1});
  }
  Bytes person(std::uint64_t number) const { return sign(body(number)); }

  void expect_alive() const { EXPECT_EQ(test::get(port_, "/health/ready").status, 200); }

  astyq::test::TemporaryDirectory directory_;
  node::Config config_;
  std::unique_ptr<node::Node> node_;
  std::unique_ptr<Server> server_;
  std::uint16_t port_ = 0;
};

}  // namespace astyq::http
