// SPDX-License-Identifier: Apache-2.0
#include "http/api.h"

#include <sodium.h>

#include <algorithm>

#include "http/catalogue_answers.h"
#include "http/intake.h"
#include "http/openapi.h"
#include "http/page.h"
#include "http/problem.h"
#include "wire/nearest.h"

namespace astyq::http {
namespace {

constexpr const char* kPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

Response text(const char* content_type, std::string_view body) {
  Response response;
  response.content_type = content_type;
  response.body = body;
  return response;
}

Response page(const char* content_type, std::string_view body) {
  Response response = text(content_type, body);
  response.headers.emplace_back("Content-Security-Policy", kPagePolicy);
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
  return response;
}

Response no_match(const Match& found, const Request& request) {
  if (found.allow.empty())
    return problem("path_unknown",
                   found.nearest.empty() ? "" : "Did you mean " + found.nearest + "?", request);
  Response response = request.method == "OPTIONS" ? Response{204, "", "", {}, false}
                                                  : problem("method_wrong", "", request);
  response.headers.emplace_back("Allow", found.allow);
  return response;
}

// RFC 9112, 3.2 and 6.1: one Host, and no coding of the transfer but chunks. Whoever reads the
// length of a message otherwise than a proxy before it may be made to see a request that is none.
const char* wrong_framing(const Request& request) {
  const std::string_view host = request.header("host");
  if (host.find(',') != std::string_view::npos) return "request_malformed";
  if (!request.headers.contains("host") && request.version >= 11) return "request_malformed";
  const std::string coding = lower(request.header("transfer-encoding"));
  return coding.empty() || coding == "chunked" ? "" : "transfer_coding_unknown";
}

Status check_parameters(const Route& route, const Request& request) {
  if (route.any_filter) return Done{};
  for (const auto& [name, value] : request.query) {
    if (std::ranges::find(route.parameters, std::string_view(name)) != route.parameters.end())
      continue;
    const std::vector<std::string_view> known(route.parameters.begin(), route.parameters.end());
    const std::string near(wire::nearest_name(name, known));
    return Fault{"parameter_unknown", route.path + " knows no '" + wire::printable(name) + "'." +
                                          (near.empty() ? "" : " Did you mean '" + near + "'?")};
  }
  return Done{};
}

Response explain(const Request& request) {
  const std::string json = code_json(request.path.back());
  if (json.empty()) {
    const std::string near = nearest_code(request.path.back());
    return problem("code_unknown", near.empty() ? "" : "Did you mean " + near + "?", request);
  }
  return text("application/json", json);
}

}  // namespace

Api::Api(node::Node& node, Feed& feed, Metrics& metrics, std::string reader_token)
    : node_(node),
      feed_(feed),
      metrics_(metrics),
      reader_token_(std::move(reader_token)),
      openapi_(openapi_json()) {}

void Api::handle(const Request& request, const Reply& reply) {
  const auto now = [&](Response response) {
    reply([response = std::move(response)] { return response; });
  };
  const Match found = match(request);
  if (auto wrong = objection(found, request, !request.body.empty())) return now(std::move(*wrong));
  switch (found.route->endpoint) {
    case Endpoint::kSubmit:
      return submit(request, reply);
    case Endpoint::kKeyProof:
    case Endpoint::kOpenRow:
    case Endpoint::kResultProof:
      return prove(*found.route, request, reply);
    default:
      now(read(*found.route, request));
  }
}

std::optional<Response> Api::objection(std::string_view target, Request& request) const {
  if (const char* wrong = wrong_framing(request); *wrong != '\0') {
    Response response = problem(wrong, "", request);
    response.close = true;
    return response;
  }
  if (request.method == "OPTIONS" && target == "*")
    return Response{204, "", "", {{"Allow", "GET, HEAD, OPTIONS, POST"}}};
  if (const Status parsed = parse_target(target, request); !parsed.ok())
    return problem(parsed.fault(), request);
  const std::string_view length = request.header("content-length");
  const bool has_body =
      (!length.empty() && length != "0") || !request.header("transfer-encoding").empty();
  return objection(match(request), request, has_body);
}

std::optional<Response> Api::objection(const Match& found, const Request& request,
                                       bool has_body) const {
  if (found.route == nullptr) return no_match(found, request);
  if (const Status known = check_parameters(*found.route, request); !known.ok())
    return problem(known.fault(), request);
  if (sight(request) == Sight::kWrongToken) return problem("token_wrong", "", request);
  if (has_body && std::string_view(found.route->method) != "POST")
    return problem("body_unexpected", "", request);
  const std::string encoding = lower(request.header("content-encoding"));
  if (!encoding.empty() && encoding != "identity")
    return problem("content_encoding_unknown", "", request);
  return std::nullopt;
}

Response Api::read(const Route& route, const Request& request) {
  switch (route.endpoint) {
    case Endpoint::kPage:
      return page("text/html; charset=utf-8", page_html());
    case Endpoint::kPageScript:
      return page("text/javascript; charset=utf-8", page_script());
    case Endpoint::kPageStyle:
      return page("text/css; charset=utf-8", page_style());
    case Endpoint::kOpenApi:
      return text("application/json", openapi_);
    case Endpoint::kProblem:
      return explain(request);
    case Endpoint::kLive:
      return text("application/json", "{\"status\":\"live\"}");
    case Endpoint::kReady:
      return ready(request);
    case Endpoint::kMetrics:
      return metrics(request);
    case Endpoint::kStatus:
      return status(request);
    case Endpoint::kVerbs:
      return text("application/json", verbs_json());
    case Endpoint::kRefusals:
      return text("application/json", refusals_json());
    case Endpoint::kBlocks:
      return blocks(request);
    case Endpoint::kBlock:
      return block(request);
    case Endpoint::kEvents:
      return events(request);
    case Endpoint::kTransaction:
      return transaction(request);
    case Endpoint::kRows:
      return rows(request);
    case Endpoint::kRow:
      return row(request);
    case Endpoint::kSubmit:
    case Endpoint::kKeyProof:
    case Endpoint::kOpenRow:
    case Endpoint::kResultProof:
      break;
  }
  return problem("internal_error", "", request);
}

Api::Sight Api::sight(const Request& request) const {
  const std::string_view given = request.header("authorization");
  constexpr std::string_view kScheme = "bearer ";  // in any case: RFC 9110, 11.1
  if (given.empty()) return Sight::kPublic;
  if (lower(given.substr(0, kScheme.size())) != kScheme) return Sight::kWrongToken;
  const std::string_view token = given.substr(kScheme.size());
  // The same time for every wrong token of the right length.
  const bool right = token.size() == reader_token_.size() &&
                     sodium_memcmp(token.data(), reader_token_.data(), token.size()) == 0;
  return right ? Sight::kOpened : Sight::kWrongToken;
}

}  // namespace astyq::http
