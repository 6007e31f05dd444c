// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cstdio>

#include "cli/bench_load.h"
#include "cli/bench_proofs.h"
#include "cli/bench_run.h"
#include "cli/commands.h"

namespace astyq::cli {
namespace {

constexpr std::size_t kWarmUpTransfers = 60'000;
constexpr double kKneePart = 0.8;
constexpr std::uint64_t kMostSeconds = 40;  // what is signed before must still be valid then
constexpr std::size_t kMostConnections = 1'000;
constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kValidNs = 58 * kSecondNs;
// How those send whose latency is measured: many, each a little, so that a request is sent when it
// is due. The knee is the most that the node answers when they send as fast as answers come.
constexpr std::size_t kPacedTransfers = 64;  // in one request
constexpr std::size_t kPacedConnections = 64;

struct BenchOptions {
  std::size_t accounts = 100'000;
  std::uint64_t seconds = 10;
  std::string data = ".";
  std::size_t connections = 16;
};

struct Findings {
  RawVerify raw;
  std::size_t proven = 0;  // transfers that were drawn
  LoadResult uniform, zipf, hot, knee, paced;
  double asked_per_s = 0;  // of the paced load
};

class Bench {
 public:
  Bench(const BenchOptions& options, BenchNode& node, LedgerClient& client, BenchAccounts accounts)
      : options_(options), node_(node), client_(client), accounts_(std::move(accounts)) {}

  Result<Findings> run() {
    Findings found;
    LoadPlan most;
    most.connections = options_.connections;
    const auto warm = load(Mix::kUniform, kWarmUpTransfers, most);
    if (!warm) return warm.fault();
    rate_ = warm->per_second();
    found.raw = measure_raw_verify(last_signed_, accounts_.network_id);
    struct Part {
      Mix mix;
      LoadResult& result;
    };
    // A faster node than the warm one must not run out of transfers.
    for (const Part& part : {Part{Mix::kUniform, found.uniform}, Part{Mix::kHot, found.hot},
                             Part{Mix::kZipf, found.zipf}}) {
      auto result = load(part.mix, transfers_for(1.5 * rate_), most);
      if (!result) return result.fault();
      part.result = std::move(*result);
      if (part.mix != Mix::kUniform) continue;
      rate_ = part.result.per_second();
      const auto proven = prove_some(part.result);
      if (!proven) return proven.fault();
      found.proven = *proven;
    }
    LoadPlan paced;
    paced.transfers_a_request = kPacedTransfers;
    paced.connections = kPacedConnections;
    auto knee = load(Mix::kUniform, transfers_for(1.5 * rate_), paced);
    if (!knee) return knee.fault();
    found.knee = std::move(*knee);
    paced.rate_per_s = found.asked_per_s = kKneePart * found.knee.per_second();
    auto result = load(Mix::kUniform, transfers_for(paced.rate_per_s), paced);
    if (!result) return result.fault();
    found.paced = std::move(*result);
    // The processor's clock may have changed meanwhile: the raw rate is that of both ends.
    const RawVerify after = measure_raw_verify(last_signed_, accounts_.network_id);
    found.raw.per_second = (found.raw.per_second + after.per_second) / 2;
    return found;
  }

 private:
  // Of the load that was sent last: its first transfers, if none of them failed.
  Result<std::size_t> prove_some(const LoadResult& load) {
    if (load.others > 0) return std::size_t{0};
    const auto genesis = read_genesis(node_.genesis_file());
    if (!genesis) return genesis.fault();
    return check_proofs(client_, proof::anchor_of(*genesis), last_signed_, load.applied);
  }

  std::size_t transfers_for(double rate) const {
    return static_cast<std::size_t>(rate * static_cast<double>(options_.seconds));
  }

  Result<LoadResult> load(Mix mix, std::size_t transfers, LoadPlan plan) {
    plan.at_most = std::chrono::seconds(options_.seconds);
    TransferPlan transfer_plan{mix, transfers, client_.now_ns() + kValidNs, ++seed_};
    last_signed_ = sign_transfers(accounts_, transfer_plan);
    // Signing took a while: those of a node whose clock is behind would be too long valid.
    return run_load(node_, last_signed_, plan);
  }

  const BenchOptions& options_;
  BenchNode& node_;
  LedgerClient& client_;
  const BenchAccounts accounts_;
  double rate_ = 0;
  std::uint64_t seed_ = 0;
  std::vector<Bytes> last_signed_;
};

boost::json::object json_of(const BenchOptions& options, const Findings& found) {
  const LoadResult& load = found.uniform;
  const auto applied = static_cast<double>(std::max<std::uint64_t>(load.applied, 1));
  return {{"accounts", options.accounts},
          {"seconds", options.seconds},
          {"transfers_per_s", load.per_second()},
          {"raw_verify_per_s", found.raw.per_second},
          {"raw_verify_batch", found.raw.batch},
          {"ratio", load.per_second() / found.raw.per_second},
          {"proofs_checked", found.proven},
          {"zipf_per_s", found.zipf.per_second()},
          {"hot_per_s", found.hot.per_second()},
          {"hot_to_uniform", found.hot.per_second() / load.per_second()},
          {"knee_per_s", found.knee.per_second()},
          {"paced_asked_per_s", found.asked_per_s},
          {"paced_per_s", found.paced.per_second()},
          {"p50_ms", found.paced.latency_ms(0.5)},
          {"p99_ms", found.paced.latency_ms(0.99)},
          {"p999_ms", found.paced.latency_ms(0.999)},
          {"node_processor_us_per_transfer", load.node.processor_s * 1e6 / applied},
          {"client_processor_us_per_transfer", load.client_processor_s * 1e6 / applied},
          {"written_bytes_per_transfer", static_cast<double>(load.node.written_bytes) / applied},
          {"node_resident_bytes", found.paced.node.resident_bytes},
          {"not_applied", load.others + found.zipf.others + found.hot.others + found.knee.others +
                              found.paced.others}};
}

std::string text_of(const BenchOptions& options, const Findings& found) {
  const boost::json::object json = json_of(options, found);
  const auto number = [&](const char* name) { return json.at(name).to_number<double>(); };
  char text[2048];
  std::snprintf(
      text, sizeof text,
      "%zu accounts, %llu s a load; every transfer signed, and durable when answered; %zu "
      "drawn ones were proven\n"
      "transfers   uniform %8.0f /s   Zipf 0.99 %8.0f /s   one hot account %8.0f /s (%.2f of "
      "uniform)\n"
      "signatures  %8.0f /s verified by all cores in batches of %zu; uniform is %.3f of that\n"
      "latency     at %.0f /s of %.0f asked, %.0f %% of the knee: p50 %.1f ms, p99 %.1f ms, p99.9 "
      "%.1f ms\n"
      "node        %.1f us of processor and %.0f bytes written a transfer, %.0f MB resident\n"
      "client      %.1f us of processor a transfer, on the same cores\n"
      "not applied %.0f\n",
      options.accounts, static_cast<unsigned long long>(options.seconds), found.proven,
      number("transfers_per_s"), number("zipf_per_s"), number("hot_per_s"),
      number("hot_to_uniform"), number("raw_verify_per_s"), found.raw.batch, number("ratio"),
      number("paced_per_s"), found.asked_per_s, 100 * kKneePart, number("p50_ms"), number("p99_ms"),
      number("p999_ms"), number("node_processor_us_per_transfer"),
      number("written_bytes_per_transfer"), number("node_resident_bytes") / 1e6,
      number("client_processor_us_per_transfer"), number("not_applied"));
  return text;
}

int bench_transfers(Context& context, const BenchOptions& options) {
  if (options.accounts < 2 || options.seconds < 1 || options.seconds > kMostSeconds ||
      options.connections < 1 || options.connections > kMostConnections)
    return fail(context, {"option_wrong",
                          "Give 2 accounts or more, 1 to 40 seconds, and 1 to 1,000 connections."});
  auto node = BenchNode::start(options.data);
  if (!node) return fail(context, node.fault());
  auto client = context.connect((*node)->url(), "");
  if (!client) return fail(context, client.fault());
  auto accounts = open_bench_accounts(**client, options.accounts, progress_bar(context.io));
  if (!accounts) return fail(context, accounts.fault());
  const auto found = Bench(options, **node, **client, std::move(*accounts)).run();
  if (!found) return fail(context, found.fault());
  if (context.settings.json)
    context.io.out << boost::json::serialize(json_of(options, *found)) << '\n';
  else
    context.io.out << text_of(options, *found);
  // Figures of a load that lost something are not those of this machine.
  return found->proven > 0 && found->paced.others == 0 ? kExitOk : kExitFindings;
}

}  // namespace

void add_bench_commands(Commands& commands) {
  BenchOptions& options = commands.keep<BenchOptions>();
  CLI::App& noun = commands.noun("bench");
  noun.description("Measures this machine with a node of its own.");
  CLI::App& transfers = commands.add(
      noun, "transfers",
      "Signed transfers a second, end to end, beside the rate at which all cores verify the same "
      "signatures.",
      [&options](Context& context) { return bench_transfers(context, options); });
  transfers.add_option("--accounts", options.accounts, "parties that pay each other")
      ->type_name("N");
  transfers.add_option("--seconds", options.seconds, "of each load, 1 to 40")->type_name("S");
  transfers.add_option("--connections", options.connections, "that send at once")->type_name("N");
  transfers.add_option("--data", options.data, "folder on the disk to be measured")
      ->type_name("DIR");
}

}  // namespace astyq::cli
