// SPDX-License-Identifier: Apache-2.0
// Makes the directory of a node whose log is the random run of one seed: every verb, refusals,
// restricted parts, jobs that fall due, outages. The same arguments give the same log, byte for
// byte.
//
//   build/bin/make_ledger DIRECTORY [BLOCKS] [SEED]        of the random run; 150 and 1 when left
//   out
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "crypto/entropy.h"
#include "crypto/keyring.h"
#include "crypto/sha256.h"
#include "node/durable_ledger.h"
#include "sim/run.h"
#include "wire/catalogue.h"
#include "wire/json.h"

namespace astyq {
namespace {

constexpr std::uint64_t kOperationsPerBlock = 40;
constexpr std::uint64_t kBlocksPerOutage = 30;
constexpr const char* kPassword = "of a ledger that holds nothing of value";

int failed(const Fault& fault) {
  std::fprintf(stderr, "make_ledger: %s: %s\n", fault.code.c_str(), fault.text.c_str());
  return 1;
}

void play(sim::Run& run, std::uint64_t blocks) {
  for (std::uint64_t block = 1; block <= blocks; ++block) {
    run.block(kOperationsPerBlock);
    // Running time stands still meanwhile, so that nothing falls due of which the people of the run
    // would have to learn.
    if (block % kBlocksPerOutage == 0)
      run.world().chain.block({}, static_cast<std::int64_t>(block) * 3'600 * kSecondNs);
  }
}

Status write_identity(const std::string& directory, const node::Identity& identity,
                      const crypto::Ed25519Key::Seed& seed) {
  std::filesystem::create_directories(directory);
  std::ofstream(directory + "/genesis.json") << wire::to_json(identity.genesis) << "\n";
  std::ofstream(directory + "/annex.key") << to_hex(view(identity.annex_key)) << "\n";
  std::ofstream(directory + "/node.password") << kPassword << "\n";
  auto keyring =
      crypto::Keyring::create(directory + "/validator.keyring", kPassword, crypto::system_entropy,
                              crypto::keyring_cost_interactive());
  return keyring.ok() ? keyring->add("validator", seed) : Status(keyring.fault());
}

// The blocks of the run as a node makes them: logged, each with its signed header.
Status write_log(store::FileSystem& files, const std::string& directory, node::Identity identity,
                 const test::Chain& chain) {
  auto opened = node::DurableLedger::open(files, directory + "/ledger", std::move(identity));
  if (!opened.ok()) return opened.fault();
  node::DurableLedger& ledger = **opened;
  for (const test::Chain::Block& block : chain.blocks()) {
    const std::vector<BytesView> views(block.signed_txs.begin(), block.signed_txs.end());
    auto members = engine::prepare(views, ledger.engine().form());
    const auto done = ledger.commit(block.signed_txs, std::move(members), block.time_ns);
    if (!done.ok()) return done.fault();
    if (done->result.app_hash != block.root)
      return Fault{"root_differs", "The node has another root than the run at height " +
                                       std::to_string(ledger.engine().head().height) + "."};
  }
  return Done{};
}

int run(const std::string& directory, std::uint64_t blocks, std::uint64_t seed) {
  const crypto::Ed25519Key::Seed validator = crypto::sha256("validator of a made ledger");
  sim::Run run(seed);
  play(run, blocks);
  if (testing::UnitTest::GetInstance()->Failed()) return 1;
  const test::Chain& chain = run.world().chain;
  node::Identity identity{{chain.genesis(), test::Chain::annex_key()},
                          crypto::Ed25519Key(validator)};
  identity.genesis.set_validator_key(Bytes(view(identity.key.public_key())));
  if (const Status made = write_identity(directory, identity, validator); !made.ok())
    return failed(made.fault());
  const auto files = store::posix_file_system();
  if (const Status made = write_log(*files, directory, std::move(identity), chain); !made.ok())
    return failed(made.fault());
  std::uint64_t transactions = 0;
  for (const test::Chain::Block& block : chain.blocks()) transactions += block.signed_txs.size();
  const auto is_in = [&](const auto& verb) { return run.coverage().accepted(verb.code) > 0; };
  const auto verbs = std::ranges::count_if(wire::verbs(), is_in);
  std::fprintf(stderr, "make_ledger: %zu heights, %llu transactions, %zd of %zu verbs\n",
               chain.blocks().size(), static_cast<unsigned long long>(transactions), verbs,
               wire::verbs().size());
  return 0;
}

}  // namespace
}  // namespace astyq

int main(int argc, char** argv) {
  umask(S_IRWXG | S_IRWXO);  // as astyqd: a keyring is its owner's alone
  testing::InitGoogleTest(&argc, argv);
  if (argc < 2) {
    std::fprintf(stderr, "make_ledger DIRECTORY [BLOCKS] [SEED]\n");
    return 2;
  }
  const auto number = [&](int place, std::uint64_t usual) {
    return argc > place ? std::strtoull(argv[place], nullptr, 10) : usual;
  };
  return astyq::run(argv[1], number(2, 150), number(3, 1));
}
