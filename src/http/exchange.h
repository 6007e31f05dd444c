// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// One request and its answer, without a socket: what the connections of server.cpp hand to the API.
namespace astyq::http {

struct Request {
  std::string method;
  unsigned version = 11;                       // of HTTP, times ten
  std::vector<std::string> path;               // segments, percent-decoded
  std::map<std::string, std::string> query;    // decoded; a name once
  std::map<std::string, std::string> headers;  // names in lower case; several joined by ", "
  std::string body;
  std::string trace_id;

  // Empty when absent.
  std::string_view header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string_view() : std::string_view(found->second);
  }
};

struct Response {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  bool events = false;  // an endless stream of events follows instead of the body
  bool close = false;   // nobody can tell where the next request would begin
};

// What such a stream begins with; a height and an empty line follow.
inline constexpr std::string_view kEventHead =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
    "X-Content-Type-Options: nosniff\r\nX-Accel-Buffering: no\r\nConnection: close\r\n"
    "Latest-Height: ";

// An answer that is made where it is sent, so that no other thread pays for making its text.
using Finish = std::function<Response()>;
// Called once, from any thread, at once or later.
using Reply = std::function<void(Finish)>;

}  // namespace astyq::http
