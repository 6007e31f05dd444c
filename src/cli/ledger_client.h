// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace astyq::cli {

// What became of one operation, in the words of the API.
struct OperationAnswer {
  std::uint32_t number = 0;       // 0: accepted
  std::string code = "accepted";  // stable
  std::string text;               // for the person who is refused, English
  std::uint64_t first_id = 0;     // of what it made; 0: nothing
  std::uint32_t count = 0;

  bool accepted() const { return number == 0; }
};

enum class Fate {
  kApplied,         // every operation was accepted
  kRefused,         // settled for ever, at least one operation refused
  kNotAdmitted,     // nothing was consumed; it may be sent again
  kAlreadyApplied,  // a transaction with this id was settled before
  kUnknown,         // no answer: it may have been applied
};

struct TxAnswer {
  Fate fate = Fate::kUnknown;
  std::uint64_t height = 0;
  OperationAnswer admission;  // of kNotAdmitted: why
  std::vector<OperationAnswer> operations;
  boost::json::object json;  // as the API gave it
};

// One row: the parts of its key, then its fields, by the names in proto/.
using Row = boost::json::object;

struct Page {
  std::vector<Row> rows;
  std::string next_cursor;  // empty: that was the last page
};

struct LedgerHead {
  std::string network_id;
  std::uint64_t height = 0;
  std::int64_t time_ns = 0;
  std::string root;
  boost::json::object json;
};

// What of a table is asked for. The parameters are the API's own: filters by a field's name,
// `order`, `at_height`.
struct RowQuery {
  std::uint32_t limit = 0;
  std::string cursor;
  std::vector<std::pair<std::string, std::string>> parameters;
};

// What is to be proven, and how.
struct ProofQuery {
  std::string of;  // "receipts/7", or "transactions/1/" and an id
  std::string at_height;
  bool opened = false;          // with the restricted part, for a reader token
  bool paper = false;           // with the stamp for a paper
  std::string opening_request;  // JSON: with the restricted part, sealed; empty: none
};

// A ledger that someone else keeps. Faults common to all:
//   node_unreachable  nothing was sent
//   unknown_outcome   it was sent, and no whole answer of the node's came: it may have happened
//   node_failed       an answer that is none of the API's, to what settles nothing
// and every code of the API, such as row_unknown, with the node's words.
class LedgerClient {
 public:
  virtual ~LedgerClient() = default;

  virtual Result<LedgerHead> head() = 0;
  virtual Result<TxAnswer> send(BytesView signed_tx) = 0;
  // What `send` would answer; changes nothing.
  virtual Result<TxAnswer> dry_run(BytesView signed_tx) = 0;
  // In order; one answer each.
  virtual Result<std::vector<TxAnswer>> send_all(const std::vector<Bytes>& signed_txs) = 0;
  virtual Result<Row> row(std::string_view table, std::string_view key) = 0;
  virtual Result<Page> rows(std::string_view table, const RowQuery& query) = 0;
  // What became of a transaction that a party sent under an id of 16 bytes.
  virtual Result<boost::json::object> transaction(std::uint64_t party, BytesView id) = 0;
  // The proof's JSON. Without a height of the newest state, with all that was settled before.
  virtual Result<std::string> proof(const ProofQuery& query) = 0;
  // The present, for deadlines of transactions: nanoseconds since 1970 UTC.
  virtual std::int64_t now_ns() = 0;
};

// All pages of a table.
Result<std::vector<Row>> all_rows(LedgerClient& client, std::string_view table);

// A number of a row, whether JSON holds it as a string or as a number. 0 when it is absent.
std::uint64_t number_of(const Row& row, std::string_view name);
// A text field of a row. Empty when it is absent.
std::string text_of(const Row& row, std::string_view name);

// Reads an answer of the API. Faults: node_failed.
Result<TxAnswer> read_answer(const boost::json::value& json);

}  // namespace astyq::cli
