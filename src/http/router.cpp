// SPDX-License-Identifier: Apache-2.0
#include "http/router.h"

#include <algorithm>
#include <optional>

#include "base/bytes.h"
#include "wire/catalogue.h"
#include "wire/nearest.h"
#include "wire/utf8.h"

namespace astyq::http {
namespace {

constexpr std::size_t kMostSegments = 8;
constexpr std::size_t kMostParameters = 32;

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> out;
  while (true) {
    const std::size_t end = text.find(at);
    out.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

std::vector<std::string> segments_of(const std::string& path) {
  return split(std::string_view(path).substr(1), '/');
}

std::vector<Route> make_routes() {
  std::vector<Route> out{
      {Endpoint::kPage, "GET", "/", {}},
      {Endpoint::kPageScript, "GET", "/page.js", {}},
      {Endpoint::kPageStyle, "GET", "/page.css", {}},
      {Endpoint::kOpenApi, "GET", "/openapi.json", {}},
      {Endpoint::kProblem, "GET", "/problems/{code}", {}},
      {Endpoint::kLive, "GET", "/health/live", {}},
      {Endpoint::kReady, "GET", "/health/ready", {}},
      {Endpoint::kMetrics, "GET", "/metrics", {}},
      {Endpoint::kStatus, "GET", "/v1/status", {}},
      {Endpoint::kVerbs, "GET", "/v1/verbs", {}},
      {Endpoint::kRefusals, "GET", "/v1/refusals", {}},
      {Endpoint::kBlocks, "GET", "/v1/blocks", {"limit", "cursor"}},
      {Endpoint::kBlock, "GET", "/v1/blocks/{height}", {}},
      {Endpoint::kEvents, "GET", "/v1/events", {"only"}},
      {Endpoint::kSubmit, "POST", "/v1/transactions", {"dry_run"}},
      {Endpoint::kTransaction, "GET", "/v1/transactions/{party}/{id}", {}},
      {Endpoint::kKeyProof, "GET", "/v1/proofs/{table}/{key}", {"at_height", "opened", "paper"}},
      {Endpoint::kOpenRow, "POST", "/v1/proofs/{table}/{key}", {"at_height", "paper"}},
      {Endpoint::kResultProof, "GET", "/v1/proofs/transactions/{party}/{id}", {"at_height"}},
  };
  for (const wire::TableEntry& table : wire::tables()) {
    out.push_back({Endpoint::kRows,
                   "GET",
                   "/v1/" + table.name,
                   {"limit", "cursor", "order", "at_height"},
                   true});
    out.push_back({Endpoint::kRow, "GET", "/v1/" + table.name + "/{key}", {"at_height"}});
  }
  return out;
}

bool fits(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
  return std::ranges::equal(pattern, path, [](const std::string& wanted, const std::string& given) {
    return wanted == given || (wanted[0] == '{' && !given.empty());
  });
}

std::string joined(const std::vector<std::string>& path) {
  std::string out;
  for (const std::string& segment : path) out += "/" + segment;
  return out;
}

std::string nearest_path(const std::vector<std::string>& path) {
  // A key at the end stays what it is: only the words before it can be mistyped.
  std::vector<std::string_view> names;
  for (const Route& route : routes())
    names.push_back(std::string_view(route.path).substr(0, route.path.find("/{")));
  const std::string given = joined(path);
  if (const auto near = wire::nearest_name(given, names); !near.empty()) return std::string(near);
  if (path.size() < 2) return {};
  return std::string(wire::nearest_name("/" + path[0] + "/" + path[1], names));
}

// RFC 3986; '+' stands for itself but in a query, where forms write a space with it.
std::optional<std::string> decoded(std::string_view text, bool in_query) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && in_query) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      const auto byte = from_hex(text.substr(i + 1, 2));
      if (!byte || byte->size() != 1 || (*byte)[0] == '\0') return std::nullopt;
      out += *byte;
      i += 2;
    }
  }
  if (!wire::is_utf8(out)) return std::nullopt;
  return out;
}

constexpr const char* kNotDecodable =
    "has a percent sign without two hexadecimal digits, or is no UTF-8";

Fault malformed(const char* why) {
  return {"target_malformed", std::string("The address ") + why + "."};
}

Status parse_query(std::string_view text, Request& request) {
  for (const std::string& pair : split(text, '&')) {
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    const auto name = decoded(std::string_view(pair).substr(0, equals), true);
    const auto value = equals == std::string::npos
                           ? std::optional<std::string>("")
                           : decoded(std::string_view(pair).substr(equals + 1), true);
    if (!name || !value) return malformed(kNotDecodable);
    if (!request.query.emplace(*name, *value).second) return malformed("gives a parameter twice");
    if (request.query.size() > kMostParameters) return malformed("has more than 32 parameters");
  }
  return Done{};
}

}  // namespace

const std::vector<Route>& routes() {
  static const std::vector<Route> kRoutes = make_routes();
  return kRoutes;
}

Match match(const Request& request) {
  static const std::vector<std::vector<std::string>> kPatterns = [] {
    std::vector<std::vector<std::string>> patterns;
    for (const Route& route : routes()) patterns.push_back(segments_of(route.path));
    return patterns;
  }();
  Match out;
  for (std::size_t i = 0; i < routes().size(); ++i) {
    if (!fits(kPatterns[i], request.path)) continue;
    const Route& route = routes()[i];
    const bool get = std::string_view(route.method) == "GET";
    if (request.method == route.method || (get && request.method == "HEAD")) {
      out.route = &route;
      return out;
    }
    out.allow += (out.allow.empty() ? "" : ", ") + std::string(get ? "GET, HEAD" : route.method);
    out.allow += ", OPTIONS";
  }
  if (out.allow.empty()) out.nearest = nearest_path(request.path);
  return out;
}

Status parse_target(std::string_view target, Request& request) {
  // RFC 9112, 3.2.2: a server takes the absolute form too.
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!target.starts_with(scheme)) continue;
    const std::size_t slash = target.find('/', scheme.size());
    target = slash == std::string_view::npos ? "/" : target.substr(slash);
    break;
  }
  if (target.empty() || target[0] != '/') return malformed("does not begin with '/'");
  const std::size_t question = target.find('?');
  for (const std::string& segment : split(target.substr(1, question - 1), '/')) {
    const auto text = decoded(segment, false);
    if (!text) return malformed(kNotDecodable);
    request.path.push_back(*text);
    if (request.path.size() > kMostSegments) return malformed("has more than 8 parts");
  }
  if (question == std::string_view::npos) return Done{};
  return parse_query(target.substr(question + 1), request);
}

}  // namespace astyq::http
