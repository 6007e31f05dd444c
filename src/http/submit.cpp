// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "http/answers.h"
#include "http/api.h"
#include "http/earlier.h"
#include "http/intake.h"
#include "http/problem.h"
#include "wire/json.h"

namespace astyq::http {
namespace {

constexpr std::size_t kMostJsonBytes = 1u << 20;
constexpr std::size_t kMostInStream = 50'000;
constexpr unsigned kVarintBits = 28;  // of a length: 256 MiB, more than any body may have

std::string content_type(const Request& request) {
  std::string type = lower(request.header("content-type"));
  type = type.substr(0, type.find(';'));
  while (!type.empty() && type.back() == ' ') type.pop_back();
  return type;
}

Fault malformed_stream(std::size_t index, const char* why) {
  return {"stream_malformed",
          "Transaction " + std::to_string(index) + " of the stream " + why + "."};
}

// stream = (varint length, length bytes)*
Result<std::vector<Bytes>> split_stream(BytesView stream) {
  std::vector<Bytes> out;
  while (!stream.empty()) {
    std::size_t length = 0;
    std::size_t read = 0;
    for (bool more = true; more; ++read) {
      if (read * 7 >= kVarintBits)
        return malformed_stream(out.size(), "has a length that is too long");
      if (read == stream.size()) return malformed_stream(out.size(), "ends within its length");
      const auto byte = static_cast<unsigned char>(stream[read]);
      length |= static_cast<std::size_t>(byte & 0x7f) << (7 * read);
      more = byte >= 0x80;
    }
    if (read > 1 && stream[read - 1] == '\0')
      return malformed_stream(out.size(), "has a length that is not in its shortest form");
    stream.remove_prefix(read);
    if (length > stream.size()) return malformed_stream(out.size(), "is cut short");
    if (length == 0) return malformed_stream(out.size(), "has no bytes");
    if (out.size() == kMostInStream)
      return Fault{"body_too_large",
                   "A stream holds at most 50,000 transactions. Send it in parts."};
    out.emplace_back(stream.substr(0, length));
    stream.remove_prefix(length);
  }
  return out;
}

query::Settled settled_of(const node::Answer& answer) {
  return {name_of(answer), answer.body_hash, answer.height, 0, outcomes_of(answer.operations)};
}

// What the callback of a submission needs of its request, which is gone by then.
std::shared_ptr<const Request> kept(const Request& request) {
  auto copy = std::make_shared<Request>();
  copy->trace_id = request.trace_id;
  return copy;
}

}  // namespace

void Api::submit(const Request& request, const Reply& reply) {
  const auto refuse = [&](const Fault& fault) {
    reply([response = problem(fault, request)] { return response; });
  };
  const std::string type = content_type(request);
  if (type == "application/x-astyq-stream") return submit_stream(request, reply);
  if (request.body.empty()) return refuse({"body_empty", ""});
  if (type == "application/octet-stream") return submit_one(request, request.body, reply);
  if (type != "application/json") return refuse({"content_type_unknown", ""});
  base::v1::SignedTx message;
  if (const Status read = wire::from_json(request.body, message, kMostJsonBytes); !read.ok())
    return refuse(read.fault());
  submit_one(request, message.SerializeAsString(), reply);
}

void Api::submit_one(const Request& request, Bytes signed_tx, const Reply& reply) {
  const auto dry = request.query.find("dry_run");
  if (dry != request.query.end() && dry->second != "true" && dry->second != "false")
    return reply([response = problem("parameter_invalid", "dry_run is true or false.", request)] {
      return response;
    });
  if (dry != request.query.end() && dry->second == "true") {
    const node::Answer answer = node_.dry_run(signed_tx);
    Response response = one_answer(request, answer, signed_tx);
    if (response.status == 201) response.status = 200;
    response.headers.emplace_back("Dry-Run", "true");
    return reply([response] { return response; });
  }
  const auto about = kept(request);
  const auto bytes = std::make_shared<const Bytes>(signed_tx);
  const Status taken = node_.submit({std::move(signed_tx)},
                                    [this, about, bytes, reply](std::vector<node::Answer> answers) {
                                      reply([this, about, bytes, answer = std::move(answers[0])] {
                                        return one_answer(*about, answer, *bytes);
                                      });
                                    });
  if (!taken.ok()) reply([response = problem(taken.fault(), request)] { return response; });
}

void Api::submit_stream(const Request& request, const Reply& reply) {
  const auto refuse = [&](const Fault& fault) {
    reply([response = problem(fault, request)] { return response; });
  };
  if (request.query.contains("dry_run"))
    return refuse({"parameter_invalid", "dry_run is for a single transaction."});
  auto signed_txs = split_stream(request.body);
  if (!signed_txs.ok()) return refuse(signed_txs.fault());
  const auto bytes = std::make_shared<const std::vector<Bytes>>(*signed_txs);
  const Status taken =
      node_.submit(std::move(*signed_txs), [this, bytes, reply](std::vector<node::Answer> given) {
        auto answers = std::make_shared<const std::vector<node::Answer>>(std::move(given));
        reply([this, bytes, answers] { return stream_answer(*answers, *bytes); });
      });
  if (!taken.ok()) refuse(taken.fault());
}

Response Api::settled_answer(const Request& request, const query::Settled& settled) {
  if (is_refused(settled))
    return refusal_problem(settled.operations.front().code, request,
                           ",\"transaction\":" + settled_json(settled));
  const bool in_part = std::ranges::any_of(
      settled.operations, [](const auto& operation) { return operation.code != 0; });
  Response response;
  response.status = in_part ? 200 : 201;
  response.body = settled_json(settled);
  return response;
}

Response Api::one_answer(const Request& request, const node::Answer& answer, BytesView signed_tx) {
  if (answer.fate == node::Fate::kApplied) return settled_answer(request, settled_of(answer));
  if (answer.fate == node::Fate::kUnknown) return problem("not_settled", "", request);
  if (answer.fate == node::Fate::kOverQuota) return problem("party_quota", "", request);
  const auto found = EarlierTransactions(node_, feed_.index()).find(answer, signed_tx);
  if (!found)
    return refusal_problem(answer.admission.code(), request,
                           ",\"transaction\":" + unsettled_json(answer));
  if (found->difference.empty()) {
    Response response = settled_answer(request, found->settled);
    response.headers.emplace_back("Idempotency-Hit", "true");
    return response;
  }
  return problem("id_reused", "", request,
                 ",\"field\":" + wire::json_string(found->difference) +
                     ",\"transaction\":" + settled_json(found->settled, "already_applied"));
}

Response Api::stream_answer(const std::vector<node::Answer>& answers,
                            const std::vector<Bytes>& signed_txs) {
  Response response;
  EarlierTransactions earlier(node_, feed_.index());
  response.body = "[";
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (i > 0) response.body += ',';
    if (answers[i].fate == node::Fate::kApplied) {
      response.body += settled_json(settled_of(answers[i]));
      continue;
    }
    const auto found = earlier.find(answers[i], signed_txs[i]);
    if (!found) {
      response.body += unsettled_json(answers[i]);
    } else if (found->difference.empty()) {
      response.body += settled_json(found->settled, "already_applied");
    } else {
      response.body +=
          "{\"status\":\"not_admitted\",\"hash\":\"" + to_hex(view(answers[i].body_hash)) +
          "\",\"code\":\"id_reused\",\"field\":" + wire::json_string(found->difference) + "}";
    }
  }
  response.body += ']';
  return response;
}

}  // namespace astyq::http
