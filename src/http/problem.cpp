// SPDX-License-Identifier: Apache-2.0
#include "http/problem.h"

#include <algorithm>
#include <iterator>

#include "ledger/refusal.h"
#include "wire/catalogue.h"
#include "wire/json.h"

namespace astyq::http {
namespace {

constexpr const char* kRetryAfter = "1";
constexpr const char* kJsonHint =
    "Send JSON as /openapi.json describes it; the pointer in `detail` names the place.";

bool wants_retry(unsigned status) {
  return status == 503 || status == 429;
}

std::string member(const char* name, std::string_view text) {
  return std::string(",\"") + name + "\":" + wire::json_string(text);
}

Response finish(unsigned status, const std::string& code, const std::string& members) {
  Response response;
  response.status = status;
  response.content_type = "application/problem+json";
  response.body = "{\"type\":" + wire::json_string("/problems/" + code) +
                  ",\"status\":" + std::to_string(status) + ",\"code\":" + wire::json_string(code) +
                  members + "}";
  if (wants_retry(status)) response.headers.emplace_back("Retry-After", kRetryAfter);
  if (status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"astyq\"");
  return response;
}

// What is wrong with a request, whatever the node's state.
std::vector<ProblemKind> request_kinds() {
  return {
      {"body_empty", 400, "The request has no body.", "Send one signed transaction, or a stream."},
      {"body_too_large", 413, "The body is larger than the limit.",
       "Send fewer transactions in one request; max_request_bytes is the node's limit."},
      {"body_unexpected", 413, "This address takes no body.", "Leave the body out."},
      {"content_encoding_unknown", 415, "The body is encoded.", "Send it as it is."},
      {"content_type_unknown", 415, "The body's type is none that is understood.",
       "Use application/json, application/octet-stream or application/x-astyq-stream."},
      {"cursor_invalid", 400, "The cursor is none of this list.",
       "Take `next` or `prev` of an earlier page, unchanged."},
      {"filter_invalid", 400, "A filter's value is not of its kind.",
       "Write the value as the rows show it."},
      {"filter_unknown", 400, "Rows of this kind have no such field to filter by.",
       "The fields stand in /openapi.json."},
      {"headers_too_large", 431, "The headers are larger than 16 KiB.", "Send fewer headers."},
      {"key_invalid", 400, "The key is not one of this table.",
       "Numbers are decimal, bytes hexadecimal, parts joined by ':'."},
      {"method_wrong", 405, "The address does not know this method.",
       "The header Allow names those that it knows."},
      {"parameter_invalid", 400, "A parameter's value is not of its kind.",
       "The parameters stand in /openapi.json."},
      {"parameter_unknown", 400, "The address does not know this parameter.",
       "The parameters stand in /openapi.json."},
      {"path_unknown", 404, "There is nothing at this address.",
       "The addresses stand in /openapi.json."},
      {"request_malformed", 400, "The request is not HTTP/1.1.",
       "Check the request line, headers and lengths."},
      {"request_too_slow", 408, "The request did not arrive in time.", "Send it faster."},
      {"stream_malformed", 400, "The stream does not consist of length-delimited transactions.",
       "Write each as its length, a varint, and its bytes."},
      {"target_malformed", 400, "The address is malformed.",
       "Check percent-encoding; give each parameter once."},
      {"transfer_coding_unknown", 501, "The transfer's coding is not known here.",
       "Send the body with a Content-Length, or in chunks."},
  };
}

// What the node cannot do, or does not have.
std::vector<ProblemKind> node_kinds() {
  return {
      {"address_in_use", 500, "The address is taken.", "Choose another with --listen."},
      {"block_unknown", 404, "There is no such block.", "Ask GET /v1/status for the last height."},
      {"busy", 503, "Too many large requests are under way.", "Send it again in a moment."},
      {"code_unknown", 404, "There is no such code.", "GET /v1/refusals lists the ledger's."},
      {"engine_missing", 503, "The node is not connected to its consensus engine.",
       "Try again in a moment, or ask another node."},
      {"engine_refused", 502, "The node's consensus engine answered otherwise than it should.",
       "See the node's log, or ask another node."},
      {"engine_unreachable", 503, "The node's consensus engine does not answer.",
       "Try again in a moment, or ask another node."},
      {"height_ahead", 404, "The ledger has not come to this height yet.",
       "Ask again later, or send Min-Height to wait for it."},
      {"height_gone", 410, "The state at this height is no longer kept.",
       "The last 100 are for everybody, those from `first_height` on for the reader token."},
      {"height_not_reached", 503, "The ledger did not reach Min-Height within 5 s.",
       "Send it again in a moment."},
      {"id_reused", 409, "Another transaction with this id is settled.",
       "Nothing happened now. `field` names the first difference; take a new id for a new act."},
      {"index_corrupt", 500, "The index of transactions is damaged.", "See the node's log."},
      {"index_failed", 500, "The index of transactions failed.", "See the node's log."},
      {"internal_error", 500, "The node failed at this request.", "See the node's log."},
      {"log_corrupt", 500, "A block cannot be read from the log.", "See `astyqd restore`."},
      {"log_missing", 410, "This block is no longer kept.", "Ask a node with the whole log."},
      {"node_stopping", 503, "The node is stopping.", "Try another node, or wait for its restart."},
      {"not_ready", 503, "The node cannot take transactions now.", "Try again in a moment."},
      {"not_settled", 503, "The node stopped before it could tell what became of it.",
       "Ask by party and id, or send the same bytes again: they are applied once at most."},
      {"party_quota", 503, "As many transactions of this party wait as the node lets one have.",
       "Send the same bytes again in a moment; they are applied once at most."},
      {"pool_full", 503, "As many transactions wait as the node may hold.",
       "Send the same bytes again in a moment; they are applied once at most."},
      {"row_unknown", 404, "There is no such row.",
       "Check the key; at_height asks for an earlier state."},
      {"token_needed", 401, "Only a reader of this node may ask for it.",
       "Send the contents of reader.token as a bearer token, or the signed transaction again: its "
       "answer is the one that it had."},
      {"token_wrong", 401, "The token is not this node's.",
       "Send the contents of reader.token, or no Authorization at all."},
      {"too_many_connections", 503, "The node holds as many connections as it may.",
       "Try again in a moment."},
      {"too_many_at_once", 413, "The node never holds so many transactions at once.",
       "Send the stream in parts; pool_transactions and pool_bytes are the node's limits."},
      {"transaction_unknown", 404, "No settled transaction has this party and id.",
       "If it may still be on its way, send the same bytes again: they are applied once at most."},
  };
}

std::vector<ProblemKind> proof_kinds() {
  return {
      {"not_certified", 503, "No header certifies it yet.", "Ask again in a moment."},
      {"opening_expired", 403, "The request is not of now.",
       "Check the clocks; a request is valid for at most 60 s."},
      {"opening_malformed", 400, "The request for an opening cannot be read.",
       "Its form stands in /openapi.json."},
      {"opening_not_yours", 403, "The restricted part is not this party's to open.",
       "Only whose it is may have it opened, with keys that speak for that party."},
      {"opening_wrong_signature", 403, "A signature of the request is wrong.",
       "Sign the request for this network, with a key as the ledger knows it."},
      {"paper_unavailable", 501, "A consortium's papers have no stamp yet.",
       "Take the proof without it: leave `paper` out."},
      {"reader_key_invalid", 400, "That is no key of a reader.",
       "`astyq key reader NAME` shows a reader's key."},
      {"results_incomplete", 410, "The results of earlier blocks are not kept here.",
       "Ask a node with the whole log. What was sent may be sent again: it settles once at most."},
      {"state_busy", 503, "Too much has changed since for a proof of that state now.",
       "Ask for the newest, or again when the ledger is less busy."},
      {"table_unknown", 404, "There is no such table.", "The tables stand in /openapi.json."},
  };
}

std::vector<ProblemKind> sorted_kinds() {
  std::vector<ProblemKind> kinds = request_kinds();
  std::ranges::copy(node_kinds(), std::back_inserter(kinds));
  std::ranges::copy(proof_kinds(), std::back_inserter(kinds));
  for (const char* code :
       {"json_duplicate_name", "json_invalid_utf8", "json_malformed", "json_not_hex",
        "json_not_integer", "json_null", "json_number_out_of_range", "json_too_deep",
        "json_trailing_bytes", "json_two_of_oneof", "json_unknown_field", "json_unknown_value",
        "json_wrong_type"})
    kinds.push_back({code, 400, "The body is not the JSON of a signed transaction.", kJsonHint});
  kinds.push_back({"json_too_large", 413, "The JSON is larger than the limit.",
                   "Send it as application/octet-stream, which is half as long."});
  kinds.push_back({"disk_low", 503, "The node's disk is almost full.",
                   "Send the same bytes again later; they are applied once at most."});
  std::ranges::sort(kinds, {}, [](const ProblemKind& kind) { return std::string_view(kind.code); });
  return kinds;
}

}  // namespace

const std::vector<ProblemKind>& problem_kinds() {
  static const std::vector<ProblemKind> kKinds = sorted_kinds();
  return kKinds;
}

const ProblemKind& problem_kind(std::string_view code) {
  const auto& kinds = problem_kinds();
  const auto is = [&](std::string_view wanted) {
    return std::ranges::find(kinds, wanted, &ProblemKind::code);
  };
  const auto found = is(code);
  return found == kinds.end() ? *is("internal_error") : *found;
}

Response problem(std::string_view code, const std::string& detail, const Request& request,
                 const std::string& extra) {
  const ProblemKind& kind = problem_kind(code);
  return finish(kind.status, kind.code,
                member("title", kind.title) +
                    member("detail", detail.empty() ? std::string(kind.title) : detail) +
                    member("hint", kind.hint) + member("trace_id", request.trace_id) + extra);
}

Response problem(const Fault& fault, const Request& request) {
  return problem(fault.code, fault.text, request);
}

Response refusal_problem(std::uint32_t code, const Request& request, const std::string& extra) {
  const wire::RefusalText text = wire::refusal_text(code);
  // The texts say what happened and, as their last sentence, what to do next.
  const bool settled = code == Refusal(base::v1::ALREADY_APPLIED).code();
  const bool later = code == Refusal(base::v1::BLOCK_FULL).code();
  return finish(settled ? 409 : (later ? 503 : 422), text.name,
                member("title", "The ledger refused the transaction.") + member("detail", text.en) +
                    member("hint", "GET /problems/" + text.name + " tells it in three languages.") +
                    member("trace_id", request.trace_id) + ",\"number\":" + std::to_string(code) +
                    ",\"text\":{\"en\":" + wire::json_string(text.en) + member("ru", text.ru) +
                    member("kk", text.kk) + "}" + extra);
}

}  // namespace astyq::http
