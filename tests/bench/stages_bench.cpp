// SPDX-License-Identifier: Apache-2.0
// What each stage of a signed transfer costs one core, in microseconds: docs/performance.md quotes
// a run of this program.
//
//   build/bin/stages_bench NEW-DIRECTORY [ACCOUNTS] [BLOCKS] [TRANSFERS A BLOCK]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>

#include "cli/bench_load.h"
#include "cli/transaction.h"
#include "engine/demo.h"
#include "http/answers.h"
#include "node/clock.h"
#include "node/durable_ledger.h"
#include "query/transaction_index.h"

namespace astyq {
namespace {

// Of this process on the processor: what other programs take does not count.
double processor_us() {
  timespec now = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

[[noreturn]] void give_up(const Fault& fault) {
  std::fprintf(stderr, "stages_bench: %s: %s\n", fault.code.c_str(), fault.text.c_str());
  std::exit(1);
}

template <typename T>
T got(Result<T> result) {
  if (!result.ok()) give_up(result.fault());
  return std::move(*result);
}

// The cost of each stage, block by block.
class Stages {
 public:
  template <typename Run>
  auto time(const char* stage, std::size_t transfers, const Run& run) {
    const double begin = processor_us();
    auto result = run();
    spent_[stage].push_back((processor_us() - begin) / static_cast<double>(transfers));
    return result;
  }
  void print() {
    double sum = 0;
    for (auto& [stage, each] : spent_) {
      std::ranges::sort(each);
      sum += each[each.size() / 2];
      std::printf("%-44s %8.2f us\n", stage.c_str(), each[each.size() / 2]);
    }
    std::printf("%-44s %8.2f us\n", "all", sum);
  }

 private:
  std::map<std::string, std::vector<double>> spent_;
};

// The ledger of a node, its index beside it, and no sockets: what the stages work on.
class Bench final : public cli::LedgerClient {
 public:
  explicit Bench(const std::string& directory) {
    const Status begun = node::begin_network(directory, engine::demo_genesis());
    if (!begun.ok()) give_up(begun.fault());
    ledger_ = got(node::DurableLedger::open(*files_, directory + "/ledger",
                                            got(node::read_identity(directory))));
    index_ = got(query::TransactionIndex::open(directory + "/transactions"));
  }

  Result<cli::LedgerHead> head() override {
    return cli::LedgerHead{std::string(engine::kDemoNetwork), 0, now_ns(), "", {}};
  }
  std::int64_t now_ns() override { return node::wall_clock_ns(); }
  Result<std::vector<cli::TxAnswer>> send_all(const std::vector<Bytes>& signed_txs) override {
    std::vector<cli::TxAnswer> answers;
    for (const auto& member : block(signed_txs).result.members) {
      cli::TxAnswer& answer = answers.emplace_back();
      answer.fate = cli::Fate::kApplied;
      for (const auto& operation : member.operations) {
        auto& out = answer.operations.emplace_back();
        out.number = operation.refusal.code();
        out.first_id = operation.first_id;
      }
    }
    return answers;
  }
  // Nobody asks these of a benchmark.
  Result<cli::TxAnswer> send(BytesView) override { return unused(); }
  Result<cli::TxAnswer> dry_run(BytesView) override { return unused(); }
  Result<cli::Row> row(std::string_view, std::string_view) override { return unused(); }
  Result<cli::Page> rows(std::string_view, const cli::RowQuery&) override { return unused(); }
  Result<boost::json::object> transaction(std::uint64_t, BytesView) override { return unused(); }
  Result<std::string> proof(const cli::ProofQuery&) override { return unused(); }

  struct Block {
    std::vector<node::Answer> answers;
    engine::BlockResult result;
  };
  Block block(const std::vector<Bytes>& signed_txs) {
    const std::size_t count = signed_txs.size();
    const std::vector<BytesView> views(signed_txs.begin(), signed_txs.end());
    const engine::Engine& engine = ledger_->engine();
    Block made;
    auto members = stages.time("1 decode, verify", count,
                               [&] { return engine::prepare(views, engine.form()); });
    for (const auto& member : members) made.answers.push_back(node::answer_of(member));
    const std::int64_t time_ns = std::max(node::wall_clock_ns(), engine.head().time_ns + 1);
    auto executed = stages.time("2 execute", count, [&] {
      return got(engine.execute_block({engine.head().height + 1, time_ns, std::move(members)}));
    });
    made.result = stages.time("3 root, header, log", count, [&] {
      return got(ledger_->commit(signed_txs, std::move(executed))).result;
    });
    for (std::size_t i = 0; i < count; ++i)
      node::fill_in(made.answers[i], made.result.members[i], engine.head().height);
    stages.time("4 index", count, [&] { return remember(made, time_ns); });
    stages.time("5 answers as JSON", count, [&] {
      std::size_t size = 0;
      for (const auto& settled : settled_) size += http::settled_json(settled).size();
      return size;
    });
    return made;
  }
  void checkpoint(std::size_t transfers) {
    stages.time("6 checkpoint of the image", transfers, [&] { return ledger_->checkpoint().ok(); });
    stages.time("7 index to the disk", transfers, [&] { return index_->flush().ok(); });
  }

  Stages stages;

 private:
  static Fault unused() { return {"unused", "nobody asks a benchmark for it"}; }

  bool remember(const Block& made, std::int64_t time_ns) {
    std::vector<const node::Answer*> applied;
    for (const auto& answer : made.answers) applied.push_back(&answer);
    const std::uint64_t height = ledger_->engine().head().height;
    settled_ = http::settled_of(node::FinishedBlock{height, time_ns, made.result, applied});
    index_->add(http::summary_of(height, time_ns, view(made.result.app_hash), settled_), settled_);
    return true;
  }

  std::unique_ptr<store::FileSystem> files_ = store::posix_file_system();
  std::unique_ptr<node::DurableLedger> ledger_;
  std::unique_ptr<query::TransactionIndex> index_;
  std::vector<query::Settled> settled_;
};

void run(const std::string& directory, std::size_t count, std::size_t blocks, std::size_t each) {
  Bench bench(directory);
  const auto accounts = got(cli::open_bench_accounts(bench, count, {}));
  bench.checkpoint(1);
  bench.stages = Stages();
  for (std::size_t block = 0; block < blocks; ++block) {
    const auto signed_txs = cli::sign_transfers(
        accounts, {cli::Mix::kUniform, each, bench.now_ns() + 30'000'000'000, block});
    for (const auto& member : bench.block(signed_txs).result.members)
      if (member.admission.refused() || member.operations[0].refusal.refused())
        give_up({"refused", "a transfer was refused"});
  }
  bench.checkpoint(blocks * each);
  bench.stages.print();
}

}  // namespace
}  // namespace astyq

int main(int argc, char** argv) {
  const auto number = [&](int place, std::size_t usual) {
    return argc > place ? std::strtoull(argv[place], nullptr, 10) : usual;
  };
  if (argc < 2) {
    std::fprintf(stderr, "stages_bench NEW-DIRECTORY [ACCOUNTS] [BLOCKS] [TRANSFERS A BLOCK]\n");
    return 2;
  }
  astyq::run(argv[1], number(2, 100'000), number(3, 40), number(4, 1'000));
}
