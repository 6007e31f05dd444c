// SPDX-License-Identifier: Apache-2.0
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <deque>

#include "audit/replay.h"
#include "cli/commands.h"
#include "cli/fixed_decimal.h"
#include "engine/genesis.h"
#include "paper/receipt_paper.h"
#include "store/file_system.h"
#include "wire/json.h"

namespace astyq::cli {
namespace {

using audit::Finding;
using audit::Report;
using boost::json::object;

constexpr std::size_t kMostHeaderBytes = 64u << 10;

struct AuditCommand {
  std::string genesis;
  std::string annex;
  std::string log;
  std::string origin;
  std::string witness;
};

Result<engine::AnnexKey> read_annex(const std::string& path) {
  auto text = read_file(path);
  if (!text) return text.fault();
  while (!text->empty() && (text->back() == '\n' || text->back() == '\r')) text->pop_back();
  const auto bytes = from_hex(*text);
  const auto key = bytes ? to_array<32>(*bytes) : std::nullopt;
  if (key) return *key;
  return Fault{"annex_key_wrong", path +
                                      " is not 64 hexadecimal digits. Use the annex.key that "
                                      "came with the genesis."};
}

// Of an answer or a proof that holds it, a paper too, or alone.
Result<comet::v1::SignedHeader> read_witness(const std::string& path) {
  auto text = read_file(path);
  if (!text) return text.fault();
  if (paper::is_pdf(*text))
    if (auto proof = paper::attached_proof(*text)) text = std::move(proof);
  boost::json::error_code error;
  boost::json::value json = boost::json::parse(*text, error);
  if (const auto* answer = json.if_object())
    if (const auto* inner = answer->if_contains("signed_header")) json = *inner;
  comet::v1::SignedHeader header;
  if (!error && wire::from_json(boost::json::serialize(json), header, kMostHeaderBytes).ok() &&
      header.header().height() > 0)
    return header;
  return Fault{"witness_invalid",
               path + " holds no signed header. Keep one with `astyq status --json`."};
}

Result<store::BlockLog> open_log(store::FileSystem& files, const std::string& folder) {
  store::BlockLog::Options reading;
  reading.read_only = true;
  auto log = store::BlockLog::open(files, folder, reading);
  if (const auto there = files.exists(folder); !log && there && !*there)
    return Fault{"log_empty", "There is no folder " + folder +
                                  ". Name the one with the files *.blocks: of a node with the data "
                                  "directory DATA it is DATA/ledger/log."};
  return log;
}

// The networks before a fork, the first first, from the folder in which a node keeps them.
Status read_origins(store::FileSystem& files, const std::string& folder,
                    const ledger::v1::Genesis& fork, std::deque<store::BlockLog>& logs,
                    std::deque<audit::Era>& before) {
  ledger::v1::Origin origin = fork.origin();
  while (origin.height() > 0) {
    const std::string era = folder + "/" + std::to_string(origin.height());
    auto genesis = read_genesis(era + "/genesis.json");
    if (!genesis) return genesis.fault();
    auto log = open_log(files, era + "/ledger/log");
    if (!log) return log.fault();
    const ledger::v1::Origin earlier = genesis->origin();
    if (genesis->has_origin() && earlier.height() >= origin.height())
      return Fault{"genesis_invalid", era +
                                          "/genesis.json begins above the height that it ends "
                                          "at. Take the folder as the node has it."};
    logs.push_back(std::move(*log));
    before.push_front({std::move(*genesis), logs.back()});
    origin = earlier;
  }
  return Done{};
}

object json_of(const Finding& finding) {
  object json{{"height", std::to_string(finding.height)},
              {"figure", finding.figure},
              {"text", finding.text}};
  if (!finding.transaction) return json;
  json["transaction"] = to_hex(view(finding.transaction->hash));
  json["index"] = finding.transaction->index;
  if (const auto operation = finding.transaction->operation) json["operation"] = *operation;
  return json;
}

object json_of(const Report& report) {
  object json{{"verdict", report.finding ? "FAIL" : "PASS"},
              {"blocks", std::to_string(report.blocks)},
              {"transactions", std::to_string(report.transactions)},
              {"operations", std::to_string(report.operations)},
              {"time_ns", std::to_string(report.last_time_ns)},
              {"app_hash", to_hex(view(report.app_hash))}};
  boost::json::array grain, assets;
  for (const auto& row : report.totals.grain)
    grain.push_back(object{{"elevator", std::to_string(row.elevator)},
                           {"name", row.name},
                           {"crop", row.crop},
                           {"grain_class", row.grain_class},
                           {"live_kg", std::to_string(row.live_kg)}});
  for (const auto& row : report.totals.assets)
    assets.push_back(object{{"asset", std::to_string(row.asset)},
                            {"what", row.what},
                            {"unit", row.is_money ? "tiyn" : "grams"},
                            {"amount", std::to_string(row.amount)}});
  json["grain"] = std::move(grain);
  json["assets"] = std::move(assets);
  if (report.finding) json["finding"] = json_of(*report.finding);
  return json;
}

std::string words_of(const Report& report) {
  std::vector<std::vector<std::string>> grain{{"ELEVATOR", "CROP", "CLASS", "LIVE KG"}};
  for (const auto& row : report.totals.grain)
    grain.push_back({std::to_string(row.elevator) + " " + harmless(row.name), row.crop,
                     std::to_string(row.grain_class), show_whole(row.live_kg)});
  std::vector<std::vector<std::string>> assets{{"ASSET", "WHAT", "AMOUNT", "UNIT"}};
  for (const auto& row : report.totals.assets)
    assets.push_back({std::to_string(row.asset), harmless(row.what), show_whole(row.amount),
                      row.is_money ? "tiyn" : "grams"});
  return aligned(grain) + "\n" + aligned(assets);
}

std::string words_of(const Finding& finding) {
  std::string words = "FAIL at height " + std::to_string(finding.height);
  if (const auto& transaction = finding.transaction) {
    words += ", transaction " + std::to_string(transaction->index) + " (" +
             to_hex(view(transaction->hash)) + ")";
    if (transaction->operation) words += ", operation " + std::to_string(*transaction->operation);
  }
  return words + ": " + finding.figure + "\n" + harmless(finding.text) + "\n";
}

// What an audit was given.
struct Asked {
  bool with_witness = false;
  bool left_out = false;  // something at the log's end that is no whole block
  bool consortium = false;
};

// A log that is cut short is right in itself.
std::string end_words(const Report& report, const Asked& asked) {
  return "So it was after block " + show_whole(report.blocks) + " of " +
         moment(report.last_time_ns) + " UTC" +
         (asked.with_witness
              ? (asked.consortium ? ", and the header that you kept vouches for it.\n"
                                  : ", and the header that you kept is in the log.\n")
          : asked.consortium ? ".\nWho decided so does not stand in a consortium's log: name a "
                               "header that its validators signed, --witness FILE, as GET "
                               "/v1/blocks/HEIGHT of any node shows it.\n"
                             : ".\nWhether the network went on from there was not asked: name a "
                               "header that you kept, --witness FILE.\n");
}

int show(Context& context, const Report& report, const Asked& asked,
         std::chrono::duration<double> took) {
  const int exit = report.finding ? kExitFindings : kExitOk;
  if (context.settings.json) {
    object json = json_of(report);
    json["witness"] = asked.with_witness;
    json["left_out"] = asked.left_out;
    json["seconds"] = took.count();
    context.io.out << boost::json::serialize(json) << "\n";
    return exit;
  }
  std::ostream& out = context.io.out;
  out << (report.finding ? words_of(*report.finding) : words_of(report) + "\nPASS\n");
  out << show_whole(report.blocks) << " blocks, " << show_whole(report.transactions)
      << " transactions and " << show_whole(report.operations) << " accepted operations "
      << (report.finding ? "before it" : "checked") << " in "
      << show_whole(static_cast<std::uint64_t>(took.count() * 1'000)) << " ms.\n";
  if (!report.finding)
    out << "app_hash " << to_hex(view(report.app_hash)) << "\n" << end_words(report, asked);
  return exit;
}

int run_audit(Context& context, const AuditCommand& command) {
  const auto begun = std::chrono::steady_clock::now();
  auto genesis = read_genesis(command.genesis);
  if (!genesis) return fail(context, genesis.fault());
  const auto annex = read_annex(command.annex);
  if (!annex) return fail(context, annex.fault());
  const auto files = store::posix_file_system();
  const auto log = open_log(*files, command.log);
  if (!log) return fail(context, log.fault());
  std::deque<store::BlockLog> origin_logs;
  std::deque<audit::Era> before;
  if (!command.origin.empty())
    if (const Status read = read_origins(*files, command.origin, *genesis, origin_logs, before);
        !read)
      return fail(context, read.fault());
  audit::History history{std::move(*genesis), *annex, *log, {}, std::move(before)};
  if (!command.witness.empty()) {
    auto witness = read_witness(command.witness);
    if (!witness) return fail(context, witness.fault());
    history.witness = std::move(*witness);
  }
  const Progress bar = progress_bar(context.io);
  const auto report = audit::audit_history(history, [&bar](std::uint64_t done, std::uint64_t all) {
    constexpr std::uint64_t kStep = 256;
    if (bar && (done % kStep == 0 || done == all)) bar("blocks", done, all);
  });
  if (!report) return fail(context, report.fault());
  if (log->cut())
    context.io.err << "note: what stands at the end of " << log->cut()->file
                   << " is no whole block and was left out, as a running node leaves it.\n";
  return show(
      context, *report,
      {history.witness.has_value(), log->cut().has_value(), engine::is_consortium(history.genesis)},
      std::chrono::steady_clock::now() - begun);
}

}  // namespace

void add_audit_command(Commands& commands) {
  AuditCommand& command = commands.keep<AuditCommand>();
  CLI::App& app = commands.add(
      commands.root(), "audit",
      "Does a whole history again and keeps its books a second time; needs no node, changes "
      "nothing.",
      [&command](Context& context) { return run_audit(context, command); });
  app.add_option("--genesis", command.genesis, "the network's genesis.json")
      ->required()
      ->type_name("FILE");
  app.add_option("--annex", command.annex, "its annex.key, which full nodes and auditors have")
      ->required()
      ->type_name("FILE");
  app.add_option("--log", command.log, "folder of the files *.blocks, e.g. DATA/ledger/log")
      ->required()
      ->type_name("DIR");
  app.add_option("--origin", command.origin,
                 "of a fork: folder with the networks before it, e.g. DATA/origin")
      ->type_name("DIR");
  app.add_option("--witness", command.witness,
                 "a header that you kept (`astyq status --json`): the log must hold it")
      ->type_name("FILE");
}

}  // namespace astyq::cli
