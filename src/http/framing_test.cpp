// SPDX-License-Identifier: Apache-2.0
// Requests that two readers could read in two ways, and heights and codes that are not there.
#include <filesystem>
#include <fstream>

#include "http/served_test.h"

namespace astyq::http {
namespace {

using test::Client;
using test::get;
using test::post;
using test::Reply;

Reply answer_to(std::uint16_t port, const std::string& bytes) {
  Client client(port);
  client.send(bytes);
  return client.receive();
}

TEST_F(ServerTest, a_request_names_one_host) {
  const std::string line = "GET /v1/status HTTP/1.1\r\n";
  EXPECT_EQ(text_at(answer_to(port_, line + "\r\n"), "/code"), "request_malformed");
  EXPECT_EQ(text_at(answer_to(port_, line + "Host: a\r\nHost: b\r\n\r\n"), "/code"),
            "request_malformed");
  EXPECT_EQ(answer_to(port_, "GET /v1/status HTTP/1.0\r\n\r\n").status, 200);
}

// Nobody may hide a request in what another reader takes for a body.
TEST_F(ServerTest, an_unknown_coding_of_the_transfer_ends_the_connection) {
  for (const char* coding : {"gzip", "gzip, chunked", "chunked, identity", "xchunked"}) {
    Client client(port_);
    client.send(std::string("POST /v1/transactions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: ") +
                coding + "\r\n\r\nGET /v1/status HTTP/1.1\r\nHost: x\r\n\r\n");
    const Reply reply = client.receive();
    EXPECT_TRUE(reply.status == 501 || reply.status == 400) << coding << reply.head;
    EXPECT_FALSE(text_at(reply, "/code").empty()) << reply.body;
    EXPECT_EQ(client.receive().status, 0) << coding;
  }
  expect_alive();
}

TEST_F(ServerTest, requests_on_one_connection_are_answered_in_their_order) {
  Client client(port_);
  client.send(
      "GET /v1/status HTTP/1.1\r\nHost: x\r\n\r\n"
      "POST /v1/transactions HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"
      "Content-Length: 2\r\n\r\n{}"
      "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n"
      "GET /v1/nowhere HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.receive().status, 200);
  EXPECT_EQ(client.receive().status, 415);
  const Reply options = client.receive();
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(options.header("Allow"), "GET, HEAD, OPTIONS, POST");
  EXPECT_EQ(client.receive().status, 404);
}

TEST_F(ServerTest, an_unknown_code_is_told_with_the_nearest) {
  const Reply reply = get(port_, "/problems/row_unknwon");
  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(text_at(reply, "/code"), "code_unknown");
  EXPECT_EQ(text_at(reply, "/detail"), "Did you mean row_unknown?");
}

TEST_F(ServerTest, a_height_beyond_the_kept_ones_is_gone) {
  const auto token = reader_token(config_.data_directory);
  ASSERT_TRUE(token.ok());
  const std::string authorization = "Authorization: Bearer " + *token + "\r\n";
  const std::string first = text_at(post(port_, "/v1/transactions", kOne, person(0)), "/height");
  for (std::uint64_t i = 1; i <= 102; ++i)
    ASSERT_EQ(post(port_, "/v1/transactions", kOne, person(i)).status, 201);
  for (const char* path : {"/v1/parties", "/v1/parties/1"}) {
    const Reply reply = get(port_, std::string(path) + "?at_height=" + first);
    EXPECT_EQ(reply.status, 410) << reply.body;
    EXPECT_EQ(text_at(reply, "/code"), "height_gone");
    EXPECT_FALSE(reply.header("Latest-Height").empty());
    // The bearer of the token may make the node bring the past back.
    const Reply past = get(port_, std::string(path) + "?at_height=" + first, authorization);
    EXPECT_EQ(past.status, 200) << past.body;
    EXPECT_EQ(text_at(past, "/height"), first);
  }
  const std::string now = text_at(get(port_, "/v1/parties?order=desc&limit=1"), "/items/0/party");
  const Reply then = get(port_, "/v1/parties?order=desc&limit=1&at_height=" + first, authorization);
  EXPECT_LT(std::stoull(text_at(then, "/items/0/party")), std::stoull(now)) << then.body;
  const std::string proof = "/v1/proofs/parties/1?at_height=" + first;
  EXPECT_EQ(text_at(get(port_, proof), "/code"), "height_gone");
  const Reply proven = get(port_, proof, authorization);
  EXPECT_EQ(proven.status, 200) << proven.body;
  EXPECT_EQ(text_at(proven, "/signed_header/header/height"),
            std::to_string(std::stoull(first) + 1));
}

TEST_F(ServerTest, events_whose_blocks_cannot_be_read_are_refused_in_words) {
  for (std::uint64_t i = 0; i < 3; ++i)
    ASSERT_EQ(post(port_, "/v1/transactions", kOne, person(i)).status, 201);
  stop();
  start();  // what is recent is no longer in memory
  for (const auto& file :
       std::filesystem::directory_iterator(config_.data_directory + "/ledger/log")) {
    std::fstream log(file.path(), std::ios::in | std::ios::out | std::ios::binary);
    log.seekp(200);
    log << std::string(64, 'x');
  }
  const Reply reply = get(port_, "/v1/events", "Last-Event-ID: 0\r\n");
  EXPECT_EQ(text_at(reply, "/code"), "log_corrupt") << reply.head << reply.body;
}

}  // namespace
}  // namespace astyq::http
