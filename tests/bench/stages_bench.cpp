// SPDX-License-Identifier: Apache-2.0
// What each stage of a signed transfer costs one core, in microseconds: docs/performance.md quotes
// a run of this program.
//
//   build/bin/stages_bench [ACCOUNTS] [BLOCKS] [TRANSFERS A BLOCK]     100,000, 40 and 1,000
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>

#include "cli/bench_load.h"
#include "cli/engine_client_test.h"

namespace astyq {
namespace {

using cli::test::EngineClient;

// Of this thread on the processor: what other programs take does not count.
double processor_us() {
  timespec now = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

class Stages {
 public:
  template <typename Run>
  auto time(const char* stage, std::size_t count, const Run& run) {
    const double begin = processor_us();
    auto result = run();
    spent_[stage].push_back((processor_us() - begin) / static_cast<double>(count));
    return result;
  }
  void print() {
    for (auto& [stage, each] : spent_) {
      std::ranges::sort(each);
      std::printf("%-28s %8.2f us\n", stage.c_str(), each[each.size() / 2]);
    }
  }

 private:
  std::map<std::string, std::vector<double>> spent_;
};

void run(std::size_t count, std::size_t blocks, std::size_t each) {
  EngineClient client;
  auto accounts = cli::open_bench_accounts(client, count, {});
  if (!accounts.ok()) {
    std::fprintf(stderr, "stages_bench: %s\n", accounts.fault().text.c_str());
    std::exit(1);
  }
  engine::Engine& engine = client.engine();
  Stages stages;
  for (std::size_t block = 0; block < blocks; ++block) {
    const std::int64_t time_ns = engine.head().time_ns + 20'000'000;
    const auto signed_txs =
        cli::sign_transfers(*accounts, {cli::Mix::kUniform, each, time_ns + 30'000'000'000, block});
    const std::vector<BytesView> views(signed_txs.begin(), signed_txs.end());
    auto members = stages.time("1 decode and verify", each,
                               [&] { return engine::prepare(views, engine.form()); });
    engine::BlockInput input{engine.head().height + 1, time_ns, std::move(members)};
    const auto result = stages.time("2 execute and root", each,
                                    [&] { return engine.apply_block(std::move(input)); });
    ASTYQ_CHECK(result.ok());
    for (const auto& member : result->members)
      ASTYQ_CHECK(!member.admission.refused() && !member.operations[0].refusal.refused());
  }
  stages.print();
}

}  // namespace
}  // namespace astyq

int main(int argc, char** argv) {
  const auto number = [&](int place, std::size_t usual) {
    return argc > place ? std::strtoull(argv[place], nullptr, 10) : usual;
  };
  astyq::run(number(1, 100'000), number(2, 40), number(3, 1'000));
}
