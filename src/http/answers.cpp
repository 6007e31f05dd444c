// SPDX-License-Identifier: Apache-2.0
#include "http/answers.h"

#include <algorithm>

#include "crypto/sha256.h"
#include "engine/results.h"
#include "wire/catalogue.h"
#include "wire/json.h"

namespace astyq::http {
namespace {

std::string text_json(const wire::RefusalText& text) {
  return "{\"en\":" + wire::json_string(text.en) + ",\"ru\":" + wire::json_string(text.ru) +
         ",\"kk\":" + wire::json_string(text.kk) + "}";
}

std::string quoted(std::uint64_t number) {
  return "\"" + std::to_string(number) + "\"";
}

}  // namespace

std::vector<query::OperationOutcome> outcomes_of(
    const std::vector<engine::OperationResult>& results) {
  std::vector<query::OperationOutcome> out;
  out.reserve(results.size());
  for (const engine::OperationResult& result : results)
    out.push_back({result.refusal.code(), result.first_id, result.count});
  return out;
}

query::TransactionName name_of(const node::Answer& answer) {
  return query::name_of(answer.party, answer.id, answer.sequence_key, answer.sequence);
}

std::string operations_json(const std::vector<query::OperationOutcome>& operations) {
  std::string json = "[";
  for (const query::OperationOutcome& operation : operations) {
    const wire::RefusalText text = wire::refusal_text(operation.code);
    if (json.size() > 1) json += ',';
    json += "{\"code\":\"" + text.name + "\",\"number\":" + std::to_string(operation.code) +
            ",\"first_id\":" + quoted(operation.first_id) +
            ",\"count\":" + std::to_string(operation.count);
    if (operation.code != 0) json += ",\"text\":" + text_json(text);
    json += '}';
  }
  return json + "]";
}

bool is_refused(const query::Settled& settled) {
  return std::ranges::all_of(settled.operations,
                             [](const auto& operation) { return operation.code != 0; });
}

std::string settled_json(const query::Settled& settled) {
  return settled_json(settled, is_refused(settled) ? "refused" : "applied");
}

std::string settled_json(const query::Settled& settled, const char* status) {
  return std::string("{\"status\":\"") + status + "\",\"height\":" + quoted(settled.height) +
         ",\"hash\":\"" + to_hex(view(settled.body_hash)) +
         "\",\"operations\":" + operations_json(settled.operations) + "}";
}

std::string unsettled_json(const node::Answer& answer) {
  const bool unknown = answer.fate == node::Fate::kUnknown;
  std::string json = std::string("{\"status\":\"") + (unknown ? "unknown" : "not_admitted") + "\"";
  // Bytes that could not be read have no hash of a body.
  if (answer.party != 0) json += ",\"hash\":\"" + to_hex(view(answer.body_hash)) + "\"";
  if (answer.fate == node::Fate::kOverQuota) return json + ",\"code\":\"party_quota\"}";
  if (!unknown) {
    const wire::RefusalText text = wire::refusal_text(answer.admission.code());
    json += ",\"code\":\"" + text.name + "\",\"number\":" + std::to_string(text.code) +
            ",\"text\":" + text_json(text);
  }
  return json + "}";
}

std::vector<query::Settled> settled_of(const node::FinishedBlock& block) {
  std::vector<query::Settled> out;
  out.reserve(block.answers.size());
  for (const node::Answer* answer : block.answers)
    out.push_back({name_of(*answer), answer->body_hash, block.height,
                   static_cast<std::uint32_t>(out.size()), outcomes_of(answer->operations)});
  return out;
}

Result<std::vector<query::Settled>> settled_of(const log::v1::BlockRecord& record,
                                               std::uint64_t height) {
  const Fault wrong{"log_corrupt", "The record of height " + std::to_string(height) +
                                       " does not hold a result for each transaction."};
  if (record.results_size() != record.signed_txs_size()) return wrong;
  std::vector<query::Settled> out;
  for (int i = 0; i < record.signed_txs_size(); ++i) {
    base::v1::SignedTx signed_tx;
    base::v1::TxBody body;
    if (!signed_tx.ParseFromString(record.signed_txs(i)) || !body.ParseFromString(signed_tx.body()))
      return wrong;
    std::vector<query::OperationOutcome> operations;
    for (const auto& row : record.results(i).operations())
      operations.push_back({row.code(), row.first_id(), row.count()});
    out.push_back({query::name_of(body), crypto::sha256(signed_tx.body()), height,
                   static_cast<std::uint32_t>(i), std::move(operations)});
  }
  return out;
}

std::vector<Bytes> result_leaves(const std::vector<query::Settled>& transactions) {
  std::vector<Bytes> leaves;
  for (const query::Settled& settled : transactions) {
    std::size_t index = 0;
    for (const query::OperationOutcome& operation : settled.operations)
      leaves.push_back(engine::result_leaf(settled.body_hash, {index++, settled.operations.size()},
                                           operation.code, operation.first_id, operation.count));
  }
  return leaves;
}

query::BlockSummary summary_of(std::uint64_t height, std::int64_t time_ns, BytesView app_hash,
                               const std::vector<query::Settled>& transactions) {
  query::BlockSummary out{
      height, time_ns, to_array<32>(app_hash).value_or(Hash{}), transactions.size(), 0, {}};
  for (const query::Settled& settled : transactions)
    for (const query::OperationOutcome& operation : settled.operations)
      out.refused += operation.code == 0 ? 0 : 1;
  return out;
}

}  // namespace astyq::http
