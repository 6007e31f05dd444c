// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include "engine/genesis.h"
#include "http/served_test.h"
#include "support/validators_story.h"

namespace astyq::http {
namespace {

using test::Client;
using test::get;
using test::post;
using test::Reply;

TEST_F(ServerTest, a_transaction_is_applied_once_and_answered_alike_for_ever) {
  const Bytes tx = person(1);
  const Reply first = post(port_, "/v1/transactions", kOne, tx);
  ASSERT_EQ(first.status, 201) << first.body;
  EXPECT_EQ(text_at(first, "/status"), "applied");
  EXPECT_EQ(text_at(first, "/operations/0/code"), "accepted");
  EXPECT_EQ(text_at(first, "/operations/0/first_id"), "3");
  EXPECT_EQ(first.header("Idempotency-Hit"), "");

  const Reply second = post(port_, "/v1/transactions", kOne, tx);
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(second.header("Idempotency-Hit"), "true");

  const std::string name = "/v1/transactions/1/" + to_hex(body(1).id());
  EXPECT_EQ(get(port_, name).body, first.body);
  stop();
  start();
  EXPECT_EQ(get(port_, name).body, first.body);
  EXPECT_EQ(post(port_, "/v1/transactions", kOne, tx).body, first.body);
}

// As soon as it is scheduled everybody sees whether this node will be able to follow.
TEST_F(ServerTest, status_tells_of_an_upgrade_that_this_software_does_not_know) {
  EXPECT_EQ(get(port_, "/v1/status").body.find("upgrade"), std::string::npos);
  EXPECT_NE(get(port_, "/metrics").body.find("\nastyq_upgrade_unknown 0\n"), std::string::npos);
  auto votes = body(1);
  const auto key = engine::demo_key("validator of the bank");
  const base::v1::Operation steps[] = {
      verbs::GrantPermission{.party = 1, .permission = "authority.validators"}.operation(),
      test::validator_of(1, key).operation(), verbs::CastVersionVote{1, 2}.operation()};
  votes.clear_operations();
  for (const auto& step : steps) *votes.add_operations() = step;
  const Reply done = post(port_, "/v1/transactions", kOne, sign(votes));
  ASSERT_EQ(text_at(done, "/operations/2/code"), "accepted") << done.body;
  const Reply status = get(port_, "/v1/status");
  const auto upgrade = json_of(status).at("upgrade");
  EXPECT_EQ(upgrade.at("protocol_version").to_number<int>(), 2);
  EXPECT_FALSE(upgrade.at("known").as_bool());
  const std::uint64_t at = std::stoull(text_at(done, "/height"));
  EXPECT_EQ(text_at(status, "/upgrade/height"),
            std::to_string(at + engine::default_rules().upgrade_notice_blocks()));
  EXPECT_NE(get(port_, "/metrics").body.find("\nastyq_upgrade_unknown 1\n"), std::string::npos);
  expect_alive();
}

TEST_F(ServerTest, the_index_is_made_again_from_the_log) {
  const Reply first = post(port_, "/v1/transactions", kOne, person(1));
  ASSERT_EQ(first.status, 201);
  stop();
  std::filesystem::remove_all(config_.data_directory + "/transactions");
  start();
  EXPECT_EQ(get(port_, "/v1/transactions/1/" + to_hex(body(1).id())).body, first.body);
}

TEST_F(ServerTest, a_reused_id_names_the_field_that_differs) {
  const auto sent = body(1);
  ASSERT_EQ(post(port_, "/v1/transactions", kOne, sign(sent)).status, 201);
  auto other = sent;
  other.set_valid_until(sent.valid_until() - 1);
  Reply reused = post(port_, "/v1/transactions", kOne, sign(other));
  EXPECT_EQ(reused.status, 409);
  EXPECT_EQ(text_at(reused, "/code"), "id_reused");
  EXPECT_EQ(text_at(reused, "/field"), "valid_until");
  other = sent;
  other.mutable_operations(0)->mutable_register_party()->set_commitment(Bytes(32, 'y'));
  reused = post(port_, "/v1/transactions", kOne, sign(other));
  EXPECT_EQ(text_at(reused, "/field"), "operations[0].register_party.commitment");
}

TEST_F(ServerTest, a_refusal_is_recorded_and_told_in_three_languages) {
  ASSERT_EQ(post(port_, "/v1/transactions", kOne, person(1)).status, 201);
  auto again = body(1);
  again.set_id(Bytes(16, 'x'));
  const Reply refused = post(port_, "/v1/transactions", kOne, sign(again));
  EXPECT_EQ(refused.status, 422) << refused.body;
  EXPECT_EQ(refused.header("Content-Type"), "application/problem+json");
  EXPECT_TRUE(text_at(refused, "/code").starts_with("register_party."));
  EXPECT_FALSE(text_at(refused, "/text/kk").empty());
  EXPECT_EQ(text_at(refused, "/transaction/status"), "refused");
  EXPECT_EQ(get(port_, text_at(refused, "/type")).status, 200);
  // Asked for later it is the same refusal.
  const Reply asked = get(port_, "/v1/transactions/1/" + to_hex(again.id()));
  EXPECT_EQ(text_at(asked, "/status"), "refused");
  EXPECT_EQ(text_at(asked, "/operations/0/code"), text_at(refused, "/code"));
}

TEST_F(ServerTest, dry_run_changes_nothing) {
  const Reply tried = post(port_, "/v1/transactions?dry_run=true", kOne, person(1));
  EXPECT_EQ(tried.status, 200) << tried.body;
  EXPECT_EQ(tried.header("Dry-Run"), "true");
  EXPECT_EQ(get(port_, "/v1/parties/3").status, 404);
}

TEST_F(ServerTest, a_stream_of_a_thousand_is_answered_in_its_order) {
  Bytes stream;
  const auto add = [&](const Bytes& tx) {
    append_varint(stream, tx.size());
    stream += tx;
  };
  const Bytes first = person(0);
  add(first);
  add("garbage");
  for (std::uint64_t i = 1; i < 1'000; ++i) add(person(i));
  add(first);
  const Reply reply = post(port_, "/v1/transactions", kMany, stream);
  ASSERT_EQ(reply.status, 200) << reply.body;
  const auto items = json_of(reply).as_array();
  ASSERT_EQ(items.size(), 1'002u);
  EXPECT_EQ(items[0].at("status"), "applied");
  EXPECT_EQ(items[1].at("status"), "not_admitted");
  EXPECT_EQ(items[1].at("code"), "not_canonical");
  EXPECT_EQ(items[1'000].at("operations").at(0).at("first_id"), "1002");
  EXPECT_EQ(items[1'001].at("status"), "already_applied");
  EXPECT_EQ(items[1'001].at("height"), items[0].at("height"));
}

TEST_F(ServerTest, pages_lead_to_and_fro_over_every_row) {
  Bytes stream;
  for (std::uint64_t i = 0; i < 23; ++i) {
    const Bytes tx = person(i);
    append_varint(stream, tx.size());
    stream += tx;
  }
  ASSERT_EQ(post(port_, "/v1/transactions", kMany, stream).status, 200);
  for (const char* order : {"asc", "desc"}) {
    std::vector<std::string> seen;
    std::string cursor;
    std::string back;
    do {
      const Reply page = get(port_, std::string("/v1/parties?limit=7&order=") + order +
                                        (cursor.empty() ? "" : "&cursor=" + cursor));
      ASSERT_EQ(page.status, 200) << page.body;
      const auto document = json_of(page);
      for (const auto& item : document.at("items").as_array())
        seen.emplace_back(item.at("party").as_string());
      back = text_at(page, "/prev");
      cursor = text_at(page, "/next");
    } while (!cursor.empty());
    ASSERT_EQ(seen.size(), 25u);
    EXPECT_EQ(seen.front(), order == std::string("asc") ? "1" : "25");
    EXPECT_EQ(seen.back(), order == std::string("asc") ? "25" : "1");
    const Reply before =
        get(port_, std::string("/v1/parties?limit=7&order=") + order + "&cursor=" + back);
    EXPECT_EQ(text_at(before, "/items/0/party"), seen[14]);
    EXPECT_EQ(text_at(before, "/items/6/party"), seen[20]);
  }
  EXPECT_EQ(json_of(get(port_, "/v1/parties?kind=STATE_BODY")).at("items").as_array().size(), 2u);
}

TEST_F(ServerTest, a_recent_height_shows_the_state_of_that_time) {
  const Reply first = post(port_, "/v1/transactions", kOne, person(1));
  const Reply second = post(port_, "/v1/transactions", kOne, person(2));
  ASSERT_EQ(second.status, 201);
  const std::string at = "?at_height=" + text_at(first, "/height");
  EXPECT_EQ(get(port_, "/v1/parties/3" + at).status, 200);
  EXPECT_EQ(get(port_, "/v1/parties/4" + at).status, 404);
  const std::string wait = "Min-Height: " + text_at(second, "/height") + "\r\n";
  const Reply read = get(port_, "/v1/parties/4", wait);
  EXPECT_EQ(read.status, 200);
  EXPECT_GE(std::stoull(read.header("Latest-Height")), std::stoull(text_at(second, "/height")));
  EXPECT_EQ(get(port_, "/v1/parties?at_height=999999").status, 404);
}

TEST_F(ServerTest, events_resume_without_gap_or_duplicate) {
  for (std::uint64_t i = 0; i < 3; ++i)
    ASSERT_EQ(post(port_, "/v1/transactions", kOne, person(i)).status, 201);
  const auto read = [&](std::uint64_t after, std::uint64_t until) {
    Client client(port_);
    client.send("GET /v1/events HTTP/1.1\r\nHost: test\r\nLast-Event-ID: " + std::to_string(after) +
                "\r\n\r\n");
    client.receive_until("retry: 1000\n\n");
    for (std::uint64_t height = after + 1; height <= until; ++height) {
      EXPECT_EQ(client.receive_until("\n"), "id: " + std::to_string(height) + "\n");
      client.receive_until("\n\n");
    }
  };
  read(0, 3);
  read(1, 3);
  stop();
  start();
  read(1, 3);
}

TEST_F(ServerTest, bad_input_is_told_with_a_stable_code_and_the_node_goes_on) {
  const std::string many(100'000, '[');
  const struct {
    const char* type;
    std::string body;
    int status;
    const char* code;
  } cases[] = {
      {"application/json", many, 400, ""},
      {"application/json", "{\"body\":NaN}", 400, ""},
      {"application/json", "{\"body\":\"\",\"body\":\"\"}", 400, "json_duplicate_name"},
      {"application/json", "{\"bodi\":\"\"}", 400, "json_unknown_field"},
      {"application/json", "{\"body\":\"", 400, ""},
      {"application/json", "\xff\xfe", 400, "json_invalid_utf8"},
      {"application/json", "{\"body\":1e3}", 400, ""},
      {kOne, "", 400, "body_empty"},
      {kOne, std::string(1'000, '\xff'), 422, "not_canonical"},
      {kOne, person(1).substr(0, 40), 422, "not_canonical"},
      {kMany, "\xff\xff\xff\xff\xff\xff", 400, "stream_malformed"},
      {kMany, std::string("\x05") + "abc", 400, "stream_malformed"},
      {kMany, std::string(1, '\0'), 400, "stream_malformed"},
      {kMany, std::string("\x83\0abc", 5), 400, "stream_malformed"},
      {"text/plain", "hello", 415, "content_type_unknown"},
      {kOne, std::string((1u << 20) + 1, 'x'), 413, "body_too_large"},
  };
  for (const auto& one : cases) {
    const Reply reply = post(port_, "/v1/transactions", one.type, one.body);
    EXPECT_EQ(reply.status, one.status) << one.body.substr(0, 40) << reply.body;
    EXPECT_FALSE(text_at(reply, "/code").empty()) << reply.body;
    if (*one.code != '\0') {
      EXPECT_EQ(text_at(reply, "/code"), one.code);
    }
    for (const char* member : {"/type", "/title", "/detail", "/hint", "/trace_id"})
      EXPECT_FALSE(text_at(reply, member).empty()) << member;
  }
  expect_alive();
}

TEST_F(ServerTest, bad_requests_are_told_too) {
  EXPECT_EQ(text_at(get(port_, "/v1/partis"), "/detail"), "Did you mean /v1/parties?");
  EXPECT_EQ(test::request(port_, "DELETE", "/v1/parties").status, 405);
  EXPECT_EQ(test::request(port_, "DELETE", "/v1/parties").header("Allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(test::request(port_, "HEAD", "/v1/parties").status, 200);
  EXPECT_EQ(text_at(get(port_, "/v1/parties?limit=201"), "/code"), "parameter_invalid");
  EXPECT_EQ(text_at(get(port_, "/v1/parties?limit=NaN"), "/code"), "parameter_invalid");
  EXPECT_EQ(text_at(get(port_, "/v1/parties?cursor=zz"), "/code"), "cursor_invalid");
  EXPECT_EQ(text_at(get(port_, "/v1/parties/01"), "/code"), "key_invalid");
  for (const char* filter : {"kind=FARM", "threshold=abc", "threshold=01", "frozen_by_act=-1"})
    EXPECT_EQ(text_at(get(port_, std::string("/v1/parties?") + filter), "/code"), "filter_invalid");
  EXPECT_EQ(text_at(get(port_, "/v1/%ff"), "/code"), "target_malformed");
  EXPECT_EQ(get(port_, "/", "X: " + std::string(20'000, 'x') + "\r\n").status, 431);
  Client garbage(port_);
  garbage.send("\x16\x03\x01 this is not HTTP\r\n\r\n");
  EXPECT_EQ(garbage.receive().status, 400);
  Client cut(port_);
  cut.send("POST /v1/transactions HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc");
  cut.finish_sending();
  EXPECT_EQ(cut.receive().status, 400);
  expect_alive();
}

// A client on a slow line need not send what cannot be taken.
TEST_F(ServerTest, what_cannot_be_served_is_told_before_its_body) {
  const std::string length = "Content-Length: 1000000\r\n";
  const struct {
    std::string begin;
    std::string headers;
    int status;
  } cases[] = {{"POST /v1/nowhere", length, 404},
               {"PUT /v1/transactions", length, 405},
               {"GET /v1/parties", length, 413},
               {"GET /v1/parties", "Transfer-Encoding: chunked\r\n", 413},
               {"POST /v1/transactions?dry=1", length, 400},
               {"POST /v1/transactions", length + "Authorization: Bearer x\r\n", 401},
               {"POST /v1/transactions", length + "Content-Encoding: gzip\r\n", 415},
               {"POST /v1/transactions", "Content-Length: 99999999\r\n", 413}};
  for (const auto& one : cases) {
    Client client(port_);
    client.send(one.begin + " HTTP/1.1\r\nHost: x\r\n" + one.headers + "\r\n");
    const Reply reply = client.receive();
    EXPECT_EQ(reply.status, one.status) << one.begin << reply.body;
    EXPECT_FALSE(reply.header("Latest-Height").empty()) << one.begin;
  }
  EXPECT_EQ(get(port_, "http://node/health/live").status, 200);
  EXPECT_EQ(get(port_, "http://node").status, 200);
  EXPECT_FALSE(
      get(port_, "/", "X: " + std::string(20'000, 'x') + "\r\n").header("Latest-Height").empty());
}

TEST_F(ServerTest, every_documented_address_answers_and_a_taken_port_is_told) {
  const auto document = json_of(get(port_, "/openapi.json"));
  for (const auto& [path, item] : document.at("paths").as_object()) {
    const std::string target(path);
    if (!item.as_object().contains("get") || target.find('{') != std::string::npos) continue;
    if (target == "/v1/events") continue;
    const Reply reply = get(port_, target);
    EXPECT_EQ(reply.status, 200) << target << reply.body;
    EXPECT_FALSE(reply.header("Latest-Height").empty()) << target;
  }
  EXPECT_NE(get(port_, "/").header("Content-Security-Policy").find("default-src 'none'"),
            std::string::npos);
  astyq::test::TemporaryDirectory other;
  node::Config config = config_;
  config.data_directory = other / "node";
  config.listen_port = port_;
  ASSERT_TRUE(node::begin_network(config.data_directory, engine::demo_genesis()).ok());
  auto node = node::Node::open(config);
  ASSERT_TRUE(node.ok());
  const auto second = Server::start(**node, config);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.fault().code, "address_in_use");
  EXPECT_NE(second.fault().text.find("Stop what listens there"), std::string::npos);
  config.listen_address = "192.0.2.1";  // of documents alone: no machine has it
  const auto third = Server::start(**node, config);
  ASSERT_FALSE(third.ok());
  EXPECT_EQ(third.fault().code, "address_invalid");
  EXPECT_EQ(third.fault().text.find("Stop what listens there"), std::string::npos);
}

}  // namespace
}  // namespace astyq::http
