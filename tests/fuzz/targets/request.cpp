// SPDX-License-Identifier: Apache-2.0
// Every request, of any form, is answered once: with a known status, and when it is refused with a
// problem document that names a code. The input is a request as text:
//   request = method " " target "\n" { name ": " value "\n" } "\n" body
#include <atomic>
#include <chrono>
#include <future>
#include <set>

#include "crypto/sha256.h"
#include "engine/demo.h"
#include "fuzz/problem_document.h"
#include "fuzz/targets/targets.h"
#include "http/api.h"
#include "identity/handlers.gen.h"
#include "node/setup.h"
#include "support/temporary_directory.h"
#include "tests/verbs.gen.h"
#include "wire/json.h"
#include "wire/signing.h"

namespace astyq::fuzz {
namespace {

using http::Request;
using http::Response;

constexpr const char* kToken = "reader";
constexpr const char* kTrace = "0123456789abcdef";
constexpr std::chrono::seconds kLongest{120};
constexpr std::int64_t kFarAhead = 4'102'444'800'000'000'000;  // the year 2100

// A node and its API without sockets, for as long as the program runs. The transactions of the
// seeds are applied when they come first; nothing else can change its state.
class Service {
 public:
  Service() {
    node::Config config;
    config.data_directory = directory_ / "node";
    config.block_interval_ms = 0;
    ASTYQ_CHECK(node::begin_network(config.data_directory, engine::demo_genesis()).ok());
    auto node = node::Node::open(config);
    ASTYQ_CHECK(node.ok());
    node_ = std::move(*node);
    auto feed = http::Feed::open(*node_, config.data_directory);
    ASTYQ_CHECK(feed.ok());
    feed_ = std::move(*feed);
    api_ = std::make_unique<http::Api>(*node_, *feed_, metrics_, kToken);
  }
  ~Service() { node_->stop(); }
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // As a connection does it.
  Response ask(BytesView target, Request& request) {
    if (auto wrong = api_->objection(target, request)) return *wrong;
    struct Answered {
      std::atomic<int> times = 0;
      std::promise<http::Finish> finish;
    };
    const auto answered = std::make_shared<Answered>();
    auto future = answered->finish.get_future();
    api_->handle(request, [answered](http::Finish finish) {
      ASTYQ_CHECK(++answered->times == 1);
      answered->finish.set_value(std::move(finish));
    });
    ASTYQ_CHECK(future.wait_for(kLongest) == std::future_status::ready);
    return future.get()();
  }

 private:
  astyq::test::TemporaryDirectory directory_;
  std::unique_ptr<node::Node> node_;
  std::unique_ptr<http::Feed> feed_;
  http::Metrics metrics_;
  std::unique_ptr<http::Api> api_;
};

Service& service() {
  static Service running;
  return running;
}

void check_problem(const Response& response) {
  ASTYQ_CHECK(response.content_type == "application/problem+json");
  ASTYQ_CHECK(!response.events);
  check_problem_document(response.body, response.status);
  ASTYQ_CHECK(response.body.find(kTrace) != std::string::npos);
}

void check_response(const Response& response) {
  static const std::set<unsigned> kKnown{200, 201, 204, 400, 401, 404, 405,
                                         409, 410, 413, 415, 422, 501, 503};
  ASTYQ_CHECK(kKnown.contains(response.status));
  if (response.content_type.ends_with("json") && !response.body.empty())
    ASTYQ_CHECK(wire::validate_json(response.body, SIZE_MAX).ok());
  if (response.status >= 400) check_problem(response);
}

// Takes a line off the front.
BytesView line_of(BytesView& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const BytesView line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

void attempt(BytesView input) {
  Request request;
  request.trace_id = kTrace;
  const BytesView first = line_of(input);
  const std::size_t space = std::min(first.find(' '), first.size());
  request.method = first.substr(0, space);
  for (BytesView line = line_of(input); !line.empty(); line = line_of(input)) {
    const std::size_t colon = std::min(line.find(": "), line.size());
    request.headers.emplace(line.substr(0, colon), line.substr(std::min(colon + 2, line.size())));
  }
  request.headers.emplace("host", "node");
  request.body = input;
  const BytesView target = first.substr(std::min(space + 1, first.size()));
  check_response(service().ask(target, request));
}

// Signed with a key's sequence number, so that it is the same in every run.
Bytes person(std::uint64_t number) {
  const auto registrar = engine::demo_key(engine::kDemoRegistrar);
  const Bytes tag(view(crypto::sha256("person " + std::to_string(number))));
  verbs::RegisterParty verb{
      .kind = identity::v1::NATURAL_PERSON, .commitment = tag, .uniqueness_tag = tag};
  verb.key.set_kind(identity::v1::ED25519);
  verb.key.set_public_key(Bytes(view(engine::demo_key(std::to_string(number)).public_key())));
  base::v1::TxBody body;
  body.set_party(1);
  body.mutable_sequence()->set_public_key(Bytes(view(registrar.public_key())));
  body.mutable_sequence()->set_number(number);
  body.set_valid_until(kFarAhead);
  *body.add_operations() = verb.operation();
  return wire::sign_transaction(body, engine::kDemoNetwork, {&registrar, 1});
}

std::vector<Bytes> posts() {
  const std::string head = "POST /v1/transactions\ncontent-type: application/";
  base::v1::SignedTx signed_tx;
  ASTYQ_CHECK(signed_tx.ParseFromString(person(2)));
  Bytes stream;
  for (std::uint64_t number : {3, 4, 3}) {
    append_varint(stream, person(number).size());
    stream += person(number);
  }
  return {
      head + "octet-stream\n\n" + person(1),
      head + "octet-stream\n\n" + person(1),
      head + "json; charset=utf-8\n\n" + wire::to_json(signed_tx),
      head + "x-astyq-stream\n\n" + stream,
      "POST /v1/transactions?dry_run=true\ncontent-type: application/octet-stream\n\n" + person(5),
      "POST /v1/transactions\ncontent-type: text/plain\n\nhello",
  };
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> made = posts();
  for (const http::Route& route : http::routes()) {
    std::string target = route.path;
    for (std::size_t at = target.find('{'); at != std::string::npos; at = target.find('{'))
      target.replace(at, target.find('}') - at + 1, target.find("id}") > at ? "1" : "00");
    if (!route.parameters.empty()) target += std::string("?") + route.parameters[0] + "=1";
    made.push_back("GET " + target + "\n\n");
  }
  for (const char* text : {
           "GET /v1/parties?limit=2&order=desc&at_height=1&kind=NATURAL_PERSON\n\n",
           "GET /v1/parties/1?at_height=1\nauthorization: Bearer reader\n\n",
           "GET /v1/blocks/1\nauthorization: Bearer wrong\n\n",
           "GET /v1/partis/%31+?a=%20&b=+&c\nif-none-match: x\nlast-event-id: 1\n\n",
           "OPTIONS /v1/transactions\n\n",
           "HEAD /problems/split_receipt.pledged\n\n",
           "GET /v1/transactions/1/00000000000000000000000000000000\n\n",
       })
    made.emplace_back(text);
  return made;
}

}  // namespace

Target request() {
  return {"request", attempt, seeds};
}

}  // namespace astyq::fuzz
