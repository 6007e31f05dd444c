// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "astyq/log/v1/log.pb.h"
#include "node/answer.h"
#include "query/transaction_index.h"

// What became of transactions, as JSON and in the index's terms.
namespace astyq::http {

std::vector<query::OperationOutcome> outcomes_of(
    const std::vector<engine::OperationResult>& results);
query::TransactionName name_of(const node::Answer& answer);

// [{"code":"split_receipt.pledged","number":70503,"first_id":"0","count":0,"text":{...}}, ...];
// the text only of what was refused.
std::string operations_json(const std::vector<query::OperationOutcome>& operations);
// Whether none of its operations was accepted.
bool is_refused(const query::Settled& settled);
// {"status":"applied","height":"7","hash":"...","operations":[...]}; a status of its own: "refused"
// where none of the operations was accepted.
std::string settled_json(const query::Settled& settled);
// The same with another status.
std::string settled_json(const query::Settled& settled, const char* status);
// The same of a transaction that is in no block: not admitted, or its fate is unknown.
std::string unsettled_json(const node::Answer& answer);

// A block's transactions as the index holds them, from the node's answers or from the log.
std::vector<query::Settled> settled_of(const node::FinishedBlock& block);
Result<std::vector<query::Settled>> settled_of(const log::v1::BlockRecord& record,
                                               std::uint64_t height);
// The leaves that the ledger's results root of a block stands over. Requires: all of the block's.
std::vector<Bytes> result_leaves(const std::vector<query::Settled>& transactions);
query::BlockSummary summary_of(std::uint64_t height, std::int64_t time_ns, BytesView app_hash,
                               const std::vector<query::Settled>& transactions);

}  // namespace astyq::http
