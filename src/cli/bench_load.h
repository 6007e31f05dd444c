// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/transaction.h"

// What a benchmark of transfers sends: accounts in a ledger, and payments between them, signed
// beforehand.
namespace astyq::cli {

// Who pays whom: everybody alike, a few much more than others (Zipf's law, exponent 0.99), or
// everybody the same one.
enum class Mix { kUniform, kZipf, kHot };
// Nothing for another name than uniform, zipf, hot.
std::optional<Mix> mix_of(std::string_view name);

struct BenchAccounts {
  std::string network_id;
  std::uint64_t asset = 0;
  std::vector<crypto::Ed25519Key> keys;
  std::vector<std::uint64_t> parties;  // of the keys, in their order
};

// Registers so many parties with a key each, and pays money to each. Requires: the demonstration
// network, whose keys are public, without a season. Faults: `demo_refused`, those of the client.
Result<BenchAccounts> open_bench_accounts(LedgerClient& client, std::size_t count,
                                          const Progress& progress);

struct TransferPlan {
  Mix mix = Mix::kUniform;
  std::size_t count = 0;
  std::int64_t valid_until_ns = 0;
  std::uint64_t seed = 0;
};
// Signed transfers of one tiyn, each of another id. Uses all cores.
std::vector<Bytes> sign_transfers(const BenchAccounts& accounts, const TransferPlan& plan);

// Calls work(begin, end) for parts of 0..count on all cores and waits for them.
void on_all_cores(std::size_t count,
                  const std::function<void(std::size_t begin, std::size_t end)>& work);

}  // namespace astyq::cli
