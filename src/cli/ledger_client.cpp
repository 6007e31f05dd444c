// SPDX-License-Identifier: Apache-2.0
#include "cli/ledger_client.h"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "cli/fixed_decimal.h"

namespace astyq::cli {
namespace {

constexpr std::uint32_t kPageRows = 200;

Fault not_understood(std::string_view what) {
  return {"node_failed", "The node answered without " + std::string(what) +
                             ". Is this program as new as the node? Compare `astyq --version`."};
}

OperationAnswer read_operation(const boost::json::object& json) {
  OperationAnswer answer;
  answer.number = static_cast<std::uint32_t>(number_of(json, "number"));
  answer.code = text_of(json, "code");
  if (const auto* text = json.if_contains("text"); text != nullptr && text->is_object())
    answer.text = text_of(text->get_object(), "en");
  answer.first_id = number_of(json, "first_id");
  answer.count = static_cast<std::uint32_t>(number_of(json, "count"));
  return answer;
}

std::optional<Fate> fate_of(std::string_view status) {
  if (status == "applied") return Fate::kApplied;
  if (status == "refused") return Fate::kRefused;
  if (status == "not_admitted") return Fate::kNotAdmitted;
  if (status == "already_applied") return Fate::kAlreadyApplied;
  if (status == "unknown") return Fate::kUnknown;
  return std::nullopt;
}

}  // namespace

std::uint64_t number_of(const Row& row, std::string_view name) {
  const auto* value = row.if_contains(name);
  if (value == nullptr) return 0;
  if (value->is_string()) return parse_whole(value->get_string()).value_or(0);
  if (value->is_int64()) return static_cast<std::uint64_t>(value->get_int64());
  return value->is_uint64() ? value->get_uint64() : 0;
}

std::string text_of(const Row& row, std::string_view name) {
  const auto* value = row.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

Result<std::vector<Row>> all_rows(LedgerClient& client, std::string_view table) {
  std::vector<Row> all;
  std::string cursor;
  do {
    auto page = client.rows(table, {kPageRows, cursor, {}});
    if (!page) return page.fault();
    for (Row& row : page->rows) all.push_back(std::move(row));
    cursor = page->next_cursor;
  } while (!cursor.empty());
  return all;
}

Result<TxAnswer> read_answer(const boost::json::value& json) {
  if (!json.is_object()) return not_understood("an object for a transaction");
  const boost::json::object& object = json.get_object();
  const auto fate = fate_of(text_of(object, "status"));
  if (!fate) return not_understood("a status that this program knows");
  TxAnswer answer;
  answer.fate = *fate;
  answer.height = number_of(object, "height");
  answer.json = object;
  if (*fate == Fate::kNotAdmitted) {
    const auto* admission = object.if_contains("admission");
    const bool nested = admission != nullptr && admission->is_object();
    answer.admission = read_operation(nested ? admission->get_object() : object);
  }
  if (const auto* list = object.if_contains("operations"); list != nullptr && list->is_array()) {
    for (const boost::json::value& operation : list->get_array()) {
      if (!operation.is_object()) return not_understood("an object for each operation");
      answer.operations.push_back(read_operation(operation.get_object()));
    }
  }
  return answer;
}

}  // namespace astyq::cli
