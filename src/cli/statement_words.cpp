// SPDX-License-Identifier: Apache-2.0
#include "cli/statement_words.h"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include "base/check.h"
#include "cli/terminal.h"
#include "cli/words.h"
#include "store/row_text.h"
#include "wire/json.h"

namespace astyq::cli {
namespace {

using boost::json::object;
using proof::Kind;
using proof::Restricted;
using proof::Statement;

constexpr const char* kOnlyThen = "It says nothing of later: a node tells what is so now.\n";

const char* name_of(Kind kind) {
  switch (kind) {
    case Kind::kPresent:
      return "present";
    case Kind::kAbsent:
      return "absent";
    case Kind::kResult:
      return "result";
  }
  ASTYQ_CHECK(false);
}

const char* name_of(Restricted restricted) {
  switch (restricted) {
    case Restricted::kNone:
      return "none";
    case Restricted::kHidden:
      return "hidden";
    case Restricted::kSealed:
      return "sealed";
    case Restricted::kOpened:
      return "opened";
  }
  ASTYQ_CHECK(false);
}

object row_of(const Statement& statement) {
  const bool opened = statement.restricted == Restricted::kOpened;
  return boost::json::parse(store::row_json(*statement.table, statement.key, statement.row, opened))
      .as_object();
}

object transaction_of(const Statement& statement) {
  boost::json::array operations;
  for (const auto& operation : statement.operations)
    operations.push_back(object{{"code", wire::refusal_text(operation.code()).name},
                                {"number", operation.code()},
                                {"first_id", std::to_string(operation.first_id())},
                                {"count", operation.count()}});
  object out{{"hash", to_hex(view(statement.body_hash))},
             {"block", std::to_string(statement.block_height)},
             {"block_time_ns", std::to_string(statement.block_time_ns)},
             {"operations", std::move(operations)}};
  if (statement.body) out["body"] = boost::json::parse(wire::to_json(*statement.body));
  return out;
}

const char* verdict_of(const Statement& statement) {
  if (statement.doubt) return "stale";
  return statement.trusted ? "verified" : "untrusted";
}

std::string head(const Statement& statement) {
  const std::string at = "at " + moment(statement.time_ns) + " UTC, after block " +
                         std::to_string(statement.height) + " of " + harmless(statement.network_id);
  if (statement.doubt)
    return "Stale: this was so " + at +
           ", by the word of validators who may no longer answer for it.\n" +
           statement.doubt->text + " [" + statement.doubt->code + "]\n";
  return statement.trusted
             ? "Verified: this was so " + at + ".\n"
             : "Untrusted: whoever signed this says that it was so " + at +
                   ".\nName whom you trust: --trust GENESIS, the network's genesis.json from a "
                   "source of your own.\n";
}

std::string restricted_words(const Statement& statement) {
  switch (statement.restricted) {
    case Restricted::kHidden:
      return "Its restricted part is not shown; its owner can open it to you.\n";
    case Restricted::kSealed:
      return "Beside it is a sealed part, said to be for the reader " +
             to_hex(statement.sealed_for) +
             ". Only that reader can tell what is in it: --reader NAME.\n";
    default:
      return "";
  }
}

std::string transaction_words(const Statement& statement) {
  std::string out = "Transaction " + to_hex(view(statement.body_hash)) + ", in block " +
                    std::to_string(statement.block_height) + " of " +
                    moment(statement.block_time_ns) + " UTC:\n";
  std::size_t index = 0;
  for (const auto& operation : statement.operations) {
    const auto text = wire::refusal_text(operation.code());
    out += "  operation " + std::to_string(index++) + ": " +
           (operation.code() == 0 ? "accepted" : "refused, " + text.name);
    if (operation.first_id() != 0) out += ", made " + std::to_string(operation.first_id());
    if (operation.count() > 1)
      out += " to " + std::to_string(operation.first_id() + operation.count() - 1);
    out += '\n';
  }
  if (statement.body) out += listed(boost::json::parse(wire::to_json(*statement.body)).as_object());
  return out;
}

}  // namespace

object json_of(const Statement& statement) {
  object out{{"verdict", verdict_of(statement)},
             {"kind", name_of(statement.kind)},
             {"network_id", statement.network_id},
             {"height", std::to_string(statement.height)},
             {"time_ns", std::to_string(statement.time_ns)}};
  if (statement.doubt) out["doubt"] = statement.doubt->code;
  if (statement.kind == Kind::kResult) {
    out["transaction"] = transaction_of(statement);
    return out;
  }
  out["table"] = statement.table->name;
  out["key"] = store::key_text(*statement.table, statement.key);
  if (statement.kind == Kind::kAbsent) return out;
  out["row"] = row_of(statement);
  out["restricted"] = name_of(statement.restricted);
  if (statement.restricted == Restricted::kSealed) out["sealed_for"] = to_hex(statement.sealed_for);
  return out;
}

object json_of(const proof::PaperCode& code, bool trusted) {
  return {{"verdict", trusted ? "verified" : "untrusted"},
          {"kind", "paper"},
          {"receipt", std::to_string(code.receipt)},
          {"kg", std::to_string(code.kg)},
          {"state", receipts::v1::ReceiptState_Name(code.state)},
          {"encumbered", code.encumbered},
          {"blocked", code.blocked},
          {"reserved", code.reserved},
          {"crop", elevators::v1::Crop_Name(code.crop)},
          {"grain_class", code.grain_class},
          {"crop_year", code.crop_year},
          {"elevator", std::to_string(code.elevator)},
          {"height", std::to_string(code.height)},
          {"time_ns", std::to_string(code.seconds) + "000000000"},
          {"code", proof::short_code(code)},
          {"digest", to_hex(view(code.digest))}};
}

std::string words_of(const Statement& statement) {
  std::string out = head(statement);
  if (statement.kind == Kind::kResult) return out + transaction_words(statement) + kOnlyThen;
  const std::string name =
      singular(statement.table->name) + " " + store::key_text(*statement.table, statement.key);
  if (statement.kind == Kind::kAbsent) return out + "There was no " + name + ".\n" + kOnlyThen;
  out += "The row of " + name + ":\n" + listed(row_of(statement));
  return out + restricted_words(statement) + kOnlyThen;
}

std::string words_of(const proof::PaperCode& code, bool trusted) {
  object shown = json_of(code, trusted);
  for (const char* name : {"verdict", "kind", "digest", "height"}) shown.erase(name);
  const std::string at = " at " + moment(static_cast<std::int64_t>(code.seconds) * 1'000'000'000) +
                         " UTC, after block " + std::to_string(code.height) + ".\n";
  return (trusted ? "Verified: the paper says what was so" + at
                  : "Untrusted: the paper says that it was so" + at +
                        "Name whom you trust: --trust GENESIS, the network's genesis.json from a "
                        "source of your own.\n") +
         listed(shown) + kOnlyThen;
}

}  // namespace astyq::cli
