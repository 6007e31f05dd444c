// SPDX-License-Identifier: Apache-2.0
// What those who are not meant to may neither see nor stop.
#include <chrono>
#include <filesystem>
#include <memory>
#include <vector>

#include "http/feed.h"
#include "http/limits.h"
#include "http/served_test.h"

namespace astyq::http {
namespace {

using test::Client;
using test::get;
using test::post;
using test::Reply;

TEST_F(ServerTest, restricted_parts_need_the_reader_token) {
  const auto token = reader_token(config_.data_directory);
  ASSERT_TRUE(token.ok());
  ASSERT_EQ(post(port_, "/v1/transactions", kOne, person(1)).status, 201);
  const std::string height =
      text_at(get(port_, "/v1/transactions/1/" + to_hex(body(1).id())), "/height");
  const std::string block = "/v1/blocks/" + height;
  EXPECT_EQ(get(port_, block).body.find("signed_tx"), std::string::npos);
  EXPECT_NE(get(port_, block, "Authorization: Bearer " + *token + "\r\n").body.find("signed_tx"),
            std::string::npos);
  EXPECT_NE(get(port_, block, "Authorization: bearer " + *token + "\r\n").body.find("signed_tx"),
            std::string::npos);
  EXPECT_EQ(get(port_, block, "Authorization: Bearer wrong\r\n").status, 401);
  EXPECT_EQ(get(port_, block, "Authorization: Basic " + *token + "\r\n").status, 401);
}

// Whoever guesses a party, an id and what was sent must not learn how near the guess is.
TEST_F(ServerTest, a_stranger_learns_nothing_of_a_transaction_by_sending_it_again) {
  const auto sent = body(1);
  ASSERT_EQ(post(port_, "/v1/transactions", kOne, sign(sent)).status, 201);
  auto guess = sent;
  guess.set_valid_until(sent.valid_until() - 1);
  const auto stranger = engine::demo_key("stranger");
  for (const auto& one : {sent, guess}) {
    const Bytes forged = wire::sign_transaction(one, engine::kDemoNetwork, {&stranger, 1});
    const Reply reply = post(port_, "/v1/transactions", kOne, forged);
    EXPECT_EQ(reply.status, 409) << reply.body;
    EXPECT_EQ(text_at(reply, "/code"), "already_applied");
    EXPECT_EQ(text_at(reply, "/field"), "");
    EXPECT_EQ(text_at(reply, "/transaction/height"), "");
    Bytes stream;
    append_varint(stream, forged.size());
    const auto items = json_of(post(port_, "/v1/transactions", kMany, stream + forged));
    EXPECT_EQ(items.at(0).at("status"), "not_admitted");
    EXPECT_FALSE(items.at(0).as_object().contains("field"));
    EXPECT_FALSE(items.at(0).as_object().contains("operations"));
  }
}

TEST_F(ServerTest, names_that_can_be_tried_one_after_another_need_the_reader_token) {
  const auto key = engine::demo_key(engine::kDemoRegistrar);
  auto long_window = body(1);
  long_window.clear_id();
  long_window.mutable_sequence()->set_public_key(Bytes(view(key.public_key())));
  long_window.mutable_sequence()->set_number(1);
  const Reply first = post(port_, "/v1/transactions", kOne, sign(long_window));
  ASSERT_EQ(first.status, 201) << first.body;
  const std::string name = "/v1/transactions/1/" + to_hex(view(key.public_key())) + ":1";
  EXPECT_EQ(get(port_, name).status, 401);
  EXPECT_EQ(text_at(get(port_, name), "/code"), "token_needed");
  const auto token = reader_token(config_.data_directory);
  ASSERT_TRUE(token.ok());
  EXPECT_EQ(get(port_, name, "Authorization: Bearer " + *token + "\r\n").body, first.body);
  EXPECT_EQ(post(port_, "/v1/transactions", kOne, sign(long_window)).body, first.body);
}

// Memory is taken for bytes that came, not for those that were announced.
TEST_F(ServerTest, announced_bodies_that_never_come_stop_nobody) {
  std::vector<std::unique_ptr<Client>> idle;
  for (std::uint64_t i = 0;
       i * config_.max_request_bytes <= std::uint64_t{config_.under_way_mib} << 20; ++i) {
    idle.push_back(std::make_unique<Client>(port_));
    idle.back()->send("POST /v1/transactions HTTP/1.1\r\nHost: x\r\nContent-Length: " +
                      std::to_string(config_.max_request_bytes) + "\r\n\r\n");
  }
  EXPECT_EQ(post(port_, "/v1/transactions", kOne, std::string(1u << 20, 'x')).status, 422);
}

// What was done is told, however long the answer; who comes while it is on its way is sent away
// before anything happens.
TEST_F(ServerTest, what_was_done_is_never_answered_busy) {
  stop();
  config_.under_way_mib = 1;
  start();
  // Each is refused in three languages: the answer is far larger than what may be under way, and
  // than what the system takes of it while nobody reads.
  constexpr std::size_t kRefused = 40'000;
  Bytes stream;
  const Bytes first = person(1);
  append_varint(stream, first.size());
  stream += first;
  for (std::size_t i = 0; i < kRefused; ++i) stream += Bytes("\x01x");
  Client slow(port_);
  slow.send("POST /v1/transactions HTTP/1.1\r\nHost: x\r\nContent-Type: " + std::string(kMany) +
            "\r\nContent-Length: " + std::to_string(stream.size()) + "\r\n\r\n" + stream);
  Client other(port_);
  Reply refused;
  const auto deadline = std::chrono::steady_clock::now() + Client::kPatience;
  do {
    other.send("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n");
    refused = other.receive();
  } while (refused.status == 200 && std::chrono::steady_clock::now() < deadline);
  EXPECT_EQ(text_at(refused, "/code"), "busy");
  const Reply sent = post(port_, "/v1/transactions", kOne, person(2));
  EXPECT_EQ(sent.status, 503);
  EXPECT_EQ(text_at(sent, "/code"), "busy");
  const Reply told = slow.receive();
  ASSERT_EQ(told.status, 200) << told.body.substr(0, 200);
  const auto items = json_of(told).as_array();
  ASSERT_EQ(items.size(), 1 + kRefused);
  EXPECT_EQ(items[0].at("status"), "applied");
  Reply name;
  do name = get(port_, "/v1/transactions/1/" + to_hex(body(2).id()));
  while (name.status == 503);
  EXPECT_EQ(text_at(name, "/code"), "transaction_unknown") << name.body;
}

// Many clients write all that they have before they read a word.
TEST_F(ServerTest, a_refusal_reaches_a_client_that_writes_its_whole_body_first) {
  const std::string body(8u << 20, 'x');
  const std::string length = "Content-Length: " + std::to_string(body.size()) + "\r\n";
  const auto expect_told = [&](const std::string& begin, const std::string& headers, int status) {
    Client client(port_);
    EXPECT_TRUE(client.send(begin + " HTTP/1.1\r\nHost: x\r\n" + length + headers + "\r\n" + body))
        << begin;
    EXPECT_EQ(client.receive().status, status) << begin;
    EXPECT_EQ(client.receive_until("\n"), "");
    EXPECT_TRUE(client.over());
  };
  expect_told("POST /v1/transactions", "", 413);
  stop();
  config_.max_request_bytes = 2 * body.size();
  config_.max_connections = 8;
  start();
  expect_told("POST /v1/nowhere", "", 404);
  expect_told("GET /v1/parties", "", 413);
  expect_told("POST /v1/transactions", "Authorization: Bearer x\r\n", 401);
  std::vector<std::unique_ptr<Client>> others;
  while (others.size() < config_.max_connections) {
    auto client = std::make_unique<Client>(port_);
    client->send("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n");
    // Those before are gone in a moment.
    if (client->receive().status == 200) others.push_back(std::move(client));
  }
  expect_told("POST /v1/transactions", "", 503);
}

// What each reader of the past is told is its own: it takes one block at a time, and those who
// follow share a few.
TEST_F(ServerTest, readers_of_events_take_little_memory) {
  constexpr std::uint64_t kPeople = 3'000;
  Bytes stream;
  for (std::uint64_t i = 0; i < kPeople; ++i) {
    const Bytes tx = person(i);
    append_varint(stream, tx.size());
    stream += tx;
  }
  const auto settled = json_of(post(port_, "/v1/transactions", kMany, stream)).as_array();
  ASSERT_EQ(settled.size(), kPeople);
  const std::uint64_t height =
      std::stoull(std::string(settled[0].at("height").as_string().c_str()));
  ASSERT_EQ(post(port_, "/v1/transactions", kOne, person(kPeople)).status, 201);
  const auto with_feed = [&](const std::function<void(Feed&)>& look) {
    auto node = node::Node::open(config_);
    ASSERT_TRUE(node.ok()) << node.fault().text;
    const auto feed = Feed::open(**node, config_.data_directory);
    ASSERT_TRUE(feed.ok()) << feed.fault().text;
    look(**feed);
    (*node)->stop();
  };
  stop();
  with_feed([&](Feed& feed) {
    EXPECT_TRUE(feed.recent_after(height - 1, Feed::Kind::kBlocks).empty());
    EXPECT_TRUE(feed.event(height, Feed::Kind::kBlocks).ok());
  });
  std::filesystem::remove_all(config_.data_directory + "/transactions");
  with_feed([&](Feed& feed) {
    EXPECT_GT(feed.recent_after(height - 1, Feed::Kind::kBlocks).size(), 1u);
    std::size_t bytes = 0;
    std::size_t last = 0;
    for (const Feed::Text& text : feed.recent_after(height - 1, Feed::Kind::kTransactions)) {
      last = text->size();
      bytes += last;
    }
    EXPECT_GE(bytes, kEventBytesAtOnce);
    EXPECT_LT(bytes - last, kEventBytesAtOnce);
  });
}

}  // namespace
}  // namespace astyq::http
