// SPDX-License-Identifier: Apache-2.0
// The one file that knows Boost.Beast: it takes most of a minute to compile, so all that has no
// need of a socket stands elsewhere.
#include "http/server.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <thread>

#include "http/api.h"
#include "http/deadline.h"
#include "http/intake.h"
#include "http/leave.h"
#include "http/limits.h"
#include "http/listen.h"
#include "http/parameters.h"
#include "http/problem.h"
#include "http/waker.h"

namespace astyq::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace web = boost::beast::http;
using asio::awaitable;
using asio::redirect_error;
using asio::use_awaitable;
using asio::ip::tcp;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using Parser = web::request_parser<web::string_body>;

Request request_of(const Parser& parser) {
  Request request;
  for (const auto& field : parser.get()) {
    std::string& value = request.headers[lower(field.name_string())];
    value += (value.empty() ? "" : ", ") + std::string(field.value());
  }
  request.method = std::string(parser.get().method_string());
  request.version = parser.get().version();
  request.trace_id = trace_of(request.header("traceparent"));
  return request;
}

// What a parser's complaint means for whoever sent the bytes; empty: the connection is gone.
const char* code_of(const beast::error_code& error) {
  if (error == web::error::body_limit) return "body_too_large";
  if (error == web::error::header_limit || error == web::error::buffer_overflow)
    return "headers_too_large";
  const bool parsing = error.category() == make_error_code(web::error::bad_method).category();
  const bool over = error == web::error::end_of_stream || error == web::error::partial_message;
  return parsing && !over ? "request_malformed" : "";
}

}  // namespace

struct Server::Running {
  Running(node::Node& node, const node::Config& settings, std::unique_ptr<Feed> made_feed,
          std::string token)
      : config(settings),
        feed(std::move(made_feed)),
        api(node, *feed, metrics, std::move(token)),
        acceptor(io),
        heartbeat(io) {}

  void run();
  awaitable<void> accept();
  awaitable<void> beat();
  awaitable<void> serve(tcp::socket socket);
  awaitable<void> turn_away(tcp::socket socket);
  awaitable<bool> serve_one(beast::tcp_stream& stream, beast::flat_buffer& buffer);
  awaitable<const char*> read_body(beast::tcp_stream& stream, beast::flat_buffer& buffer,
                                   Parser& parser, MemoryShare& share, Deadline& deadline);
  awaitable<Response> answer(Request& request);
  awaitable<bool> reached(const Request& request);
  awaitable<void> send(beast::tcp_stream& stream, const Response& response, bool head, bool keep);
  awaitable<void> stream_events(beast::tcp_stream& stream, const Request& request);
  awaitable<bool> send_events(beast::tcp_stream& stream, std::uint64_t& sent, Feed::Kind kind);

  const node::Config config;
  std::unique_ptr<Feed> feed;
  Metrics metrics;
  Api api;
  Memory bodies{std::uint64_t{config.under_way_mib} << 20};
  Memory answers{std::uint64_t{config.under_way_mib} << 20};
  std::atomic<std::int64_t> under_way = 0;
  std::atomic<std::int64_t> turned_away = 0;
  std::atomic<bool> stopping = false;
  asio::io_context io;
  tcp::acceptor acceptor;
  asio::steady_timer heartbeat;
  std::uint16_t port = 0;
  std::vector<std::thread> threads;
};

void Server::Running::run() {
  asio::co_spawn(io, accept(), asio::detached);
  asio::co_spawn(io, beat(), asio::detached);
  for (unsigned i = std::clamp(std::thread::hardware_concurrency(), 2u, 8u); i > 0; --i)
    threads.emplace_back([this] { io.run(); });
}

awaitable<void> Server::Running::accept() {
  while (!stopping) {
    beast::error_code error;
    auto strand = asio::make_strand(io);
    tcp::socket socket =
        co_await acceptor.async_accept(strand, redirect_error(use_awaitable, error));
    if (error) {
      if (stopping) co_return;
      // Out of file descriptors, perhaps: others will be free in a moment.
      asio::steady_timer pause(io, milliseconds(50));
      co_await pause.async_wait(redirect_error(use_awaitable, error));
      continue;
    }
    if (metrics.connections >= static_cast<std::int64_t>(config.max_connections)) {
      ++metrics.refused_connections;
      asio::co_spawn(strand, turn_away(std::move(socket)), asio::detached);
    } else {
      ++metrics.connections;
      asio::co_spawn(strand, serve(std::move(socket)), asio::detached);
    }
  }
}

awaitable<void> Server::Running::beat() {
  while (!stopping) {
    beast::error_code error;
    heartbeat.expires_after(kHeartbeat);
    co_await heartbeat.async_wait(redirect_error(use_awaitable, error));
    feed->wake_all();
  }
}

awaitable<void> Server::Running::turn_away(tcp::socket socket) {
  beast::tcp_stream stream(std::move(socket));
  Request request;
  request.trace_id = trace_of("");
  co_await send(stream, problem("too_many_connections", "", request), false, false);
  // These are beyond the descriptors that connections may have: few of them may linger.
  if (++turned_away <= kTurnedAwayAtOnce) co_await take_leave(stream.socket());
  --turned_away;
}

awaitable<void> Server::Running::serve(tcp::socket socket) {
  beast::error_code error;
  socket.set_option(tcp::no_delay(true), error);
  beast::tcp_stream stream(std::move(socket));
  beast::flat_buffer buffer(kHeaderBytes + kSmallBody);
  bool more = true;
  while (more && !stopping) more = co_await serve_one(stream, buffer);
  co_await take_leave(stream.socket());
  --metrics.connections;
}

// Returns whether another request may follow.
awaitable<bool> Server::Running::serve_one(beast::tcp_stream& stream, beast::flat_buffer& buffer) {
  Parser parser;
  parser.header_limit(kHeaderBytes);
  parser.body_limit(config.max_request_bytes);
  beast::error_code error;
  stream.expires_never();  // it would close the connection before the client is told
  Deadline deadline(stream.socket());
  deadline.set(steady_clock::now() + seconds(config.request_s));
  co_await web::async_read_header(stream, buffer, parser, redirect_error(use_awaitable, error));
  const bool silent = deadline.over() && buffer.size() == 0;
  const auto began = steady_clock::now();
  Request request = request_of(parser);
  MemoryShare share(bodies);
  const char* wrong = deadline.over() ? "request_too_slow" : code_of(error);
  if (error && (silent || *wrong == '\0')) co_return false;
  std::optional<Response> refused;  // what cannot be served is told before its body is taken
  if (!error) refused = api.objection(std::string_view(parser.get().target()), request);
  if (!error && !refused) wrong = co_await read_body(stream, buffer, parser, share, deadline);
  if (*wrong != '\0') refused = problem(wrong, "", request);
  deadline.clear();
  ++under_way;
  request.body = std::move(parser.get().body());
  // Not with ?: for GCC 12 evaluates both sides where one of them is a co_await.
  Response response;
  if (refused)
    response = std::move(*refused);
  else if (answers.full())  // asked before anything happens: what happened is always told
    response = problem("busy", "", request);
  else
    response = co_await answer(request);
  MemoryShare leaving(answers);
  leaving.take(response.body.size());
  const bool head = request.method == "HEAD";
  const bool ends = response.events || response.close || stopping;
  const bool keep = parser.is_done() && parser.keep_alive() && !ends;
  metrics.answered(response.status, steady_clock::now() - began);
  if (response.events && !head) {
    --under_way;
    co_await stream_events(stream, request);
    co_return false;
  }
  co_await send(stream, response, head, keep);
  --under_way;
  co_return keep;
}

// Returns the code of what went wrong, or "".
awaitable<const char*> Server::Running::read_body(beast::tcp_stream& stream,
                                                  beast::flat_buffer& buffer, Parser& parser,
                                                  MemoryShare& share, Deadline& deadline) {
  beast::error_code error;
  if (parser.content_length().value_or(0) > config.max_request_bytes) co_return "body_too_large";
  if (beast::iequals(parser.get()[web::field::expect], "100-continue")) {
    web::response<web::empty_body> go_on(web::status::continue_, 11);
    co_await web::async_write(stream, go_on, redirect_error(use_awaitable, error));
    if (error) co_return "request_malformed";
  }
  const auto began = steady_clock::now();
  // Beast reads as much at once as there is room for, and 512 bytes where there is none.
  if (!parser.is_done()) buffer.reserve(kReadAtOnce);
  while (!parser.is_done()) {
    const std::uint64_t received = parser.get().body().size();
    deadline.set(began + seconds(config.request_s + received / kSlowestBody));
    co_await web::async_read_some(stream, buffer, parser, redirect_error(use_awaitable, error));
    const char* code = deadline.over() ? "request_too_slow" : code_of(error);
    if (error) co_return *code == '\0' ? "request_malformed" : code;
    if (!share.grow_to(parser.get().body().size())) co_return "busy";
  }
  co_return "";
}

// Waits for the block that Min-Height names. False: it did not come in time.
awaitable<bool> Server::Running::reached(const Request& request) {
  const auto least = parse_number("Min-Height", request.header("min-height"));
  if (!least.ok()) co_return true;
  const auto end = steady_clock::now() + kHeightTime;
  asio::steady_timer timer(co_await asio::this_coro::executor);
  while (feed->height() < *least) {
    if (steady_clock::now() > end || stopping) co_return false;
    beast::error_code error;
    timer.expires_after(kHeightStep);
    co_await timer.async_wait(redirect_error(use_awaitable, error));
  }
  co_return true;
}

awaitable<Response> Server::Running::answer(Request& request) {
  const std::string_view least = request.header("min-height");
  if (!least.empty()) {
    if (const auto number = parse_number("Min-Height", least); !number.ok())
      co_return problem(number.fault(), request);
    const bool there = co_await reached(request);
    if (!there) co_return problem("height_not_reached", "", request);
  }
  const auto executor = co_await asio::this_coro::executor;
  auto ask = [this, &request, executor](auto handler) {
    auto resume = std::make_shared<decltype(handler)>(std::move(handler));
    api.handle(request, [resume, executor](Finish finish) {
      asio::post(executor, [resume, finish = std::move(finish)]() mutable {
        std::move (*resume)(std::move(finish));
      });
    });
  };
  const Finish finish = co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(Finish)>(
      std::move(ask), use_awaitable);
  co_return finish();
}

awaitable<void> Server::Running::send(beast::tcp_stream& stream, const Response& response,
                                      bool head, bool keep) {
  web::response<web::span_body<const char>> message(static_cast<web::status>(response.status), 11);
  if (!response.content_type.empty()) message.set(web::field::content_type, response.content_type);
  message.set(web::field::cache_control, "no-store");
  message.set("X-Content-Type-Options", "nosniff");
  message.set("Latest-Height", std::to_string(feed->height()));
  for (const auto& [name, value] : response.headers) message.set(name, value);
  message.keep_alive(keep);
  if (response.status != 204) message.content_length(response.body.size());
  if (!head) message.body() = beast::span<const char>(response.body.data(), response.body.size());
  web::response_serializer<web::span_body<const char>> serializer(message);
  beast::error_code error;
  stream.expires_after(seconds(config.answer_s + response.body.size() / kSlowestBody));
  if (head)
    co_await web::async_write_header(stream, serializer, redirect_error(use_awaitable, error));
  else
    co_await web::async_write(stream, serializer, redirect_error(use_awaitable, error));
}

awaitable<void> Server::Running::stream_events(beast::tcp_stream& stream, const Request& request) {
  const auto resumed = parse_number("Last-Event-ID", request.header("last-event-id"));
  std::uint64_t sent = resumed.ok() ? *resumed : feed->height();
  const auto kind =
      request.query.contains("only") ? Feed::Kind::kBlocks : Feed::Kind::kTransactions;
  const std::string beginning =
      std::string(kEventHead) + std::to_string(feed->height()) + "\r\n\r\nretry: 1000\n\n";
  beast::error_code error;
  stream.expires_after(seconds(config.answer_s));
  co_await asio::async_write(stream, asio::buffer(beginning), redirect_error(use_awaitable, error));
  if (error) co_return;
  ++metrics.streams;
  const auto executor = co_await asio::this_coro::executor;
  bool open = true;
  while (open && !stopping) {
    open = co_await send_events(stream, sent, kind);
    if (!open || feed->height() > sent) continue;
    auto sleep = [this, sent, executor](auto handler) {
      feed->wake_above(sent, waker(std::move(handler), executor));
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(std::move(sleep),
                                                                          use_awaitable);
  }
  --metrics.streams;
}

// What is new, or a beat: a reader cannot tell silence from a lost node. Returns whether it is
// still there.
awaitable<bool> Server::Running::send_events(beast::tcp_stream& stream, std::uint64_t& sent,
                                             Feed::Kind kind) {
  static const auto kBeat = std::make_shared<const std::string>("event: beat\ndata: {}\n\n");
  MemoryShare share(answers);
  auto texts = feed->recent_after(sent, kind);
  sent += texts.size();
  if (texts.empty() && sent < feed->height()) {
    // From the log, and this reader's own. Where there is no room it comes back in a moment.
    if (answers.full()) co_return false;
    const auto text = feed->event(sent + 1, kind);
    if (!text.ok()) co_return false;
    share.take((*text)->size());
    texts.push_back(*text);
    ++sent;
  }
  if (texts.empty()) texts.push_back(kBeat);
  std::vector<asio::const_buffer> buffers;
  for (const auto& text : texts) buffers.emplace_back(text->data(), text->size());
  beast::error_code error;
  stream.expires_after(seconds(config.answer_s));
  co_await asio::async_write(stream, buffers, redirect_error(use_awaitable, error));
  stream.expires_never();
  co_return !error;
}

Result<std::unique_ptr<Server>> Server::start(node::Node& node, const node::Config& config) {
  auto token = reader_token(config.data_directory);
  if (!token.ok()) return token.fault();
  auto feed = Feed::open(node, config.data_directory);
  if (!feed.ok()) return feed.fault();
  auto running = std::make_unique<Running>(node, config, std::move(*feed), std::move(*token));
  const auto port = listen(running->acceptor, config);
  if (!port.ok()) {
    node.stop();  // nothing may call the feed's listener once it is gone
    return port.fault();
  }
  running->port = *port;
  running->run();
  return std::unique_ptr<Server>(new Server(std::move(running)));
}

Server::Server(std::unique_ptr<Running> running) : running_(std::move(running)) {}

Server::~Server() {
  stop();
}

std::uint16_t Server::port() const {
  return running_->port;
}

void Server::stop() {
  if (running_->stopping.exchange(true)) return;
  asio::post(running_->io, [running = running_.get()] {
    beast::error_code ignored;
    running->acceptor.close(ignored);
    running->heartbeat.cancel();
  });
  running_->feed->close();
  const auto end = steady_clock::now() + kStopTime;
  while (running_->under_way > 0 && steady_clock::now() < end)
    std::this_thread::sleep_for(milliseconds(10));
  running_->io.stop();
  for (std::thread& thread : running_->threads) thread.join();
}

}  // namespace astyq::http
