// SPDX-License-Identifier: Apache-2.0
// Comes to every root of a node's log by every way: from the genesis, from snapshots, as a node
// that is stopped and goes back and makes its blocks again, from backups. Prints `way height root`
// a line, and to stderr how it was built, which SHA-256 it took and what it came to.
//
//   ASTYQ_SHA256=portable build/bin/equal_roots DIRECTORY THREADS     without SHA instructions
//
// Exit codes: 0 all as in the log, 1 a root differs or a way cannot be gone, 2 wrong use.
#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>

#include "crypto/sha256.h"
#include "roots/ways.h"

namespace astyq::roots {
namespace {

int failed(const Fault& fault) {
  std::fflush(stdout);
  std::fprintf(stderr, "equal_roots: %s: %s\n", fault.code.c_str(), fault.text.c_str());
  return 1;
}

int run(const std::string& data, std::size_t threads) {
  const auto recorded = Recorded::read(data);
  if (!recorded.ok()) return failed(recorded.fault());
  Ways ways(*recorded, threads);
  const Status came = ways.all();
  std::fprintf(stderr, "%s, threads %zu, SHA-256 %s:", ASTYQ_BUILT_BY, threads,
               crypto::name_of(crypto::best_sha256()));
  for (const auto& [way, count] : ways.counts())
    std::fprintf(stderr, " %s %llu", way.c_str(), static_cast<unsigned long long>(count));
  std::fprintf(stderr, "\n");
  return came.ok() ? 0 : failed(came.fault());
}

}  // namespace
}  // namespace astyq::roots

int main(int argc, char** argv) {
  umask(S_IRWXG | S_IRWXO);  // as astyqd: a keyring is its owner's alone
  const std::size_t threads = argc == 3 ? std::strtoull(argv[2], nullptr, 10) : 0;
  if (threads == 0 || threads > 64) {
    std::fprintf(stderr, "equal_roots DIRECTORY THREADS\n");
    return 2;
  }
  return astyq::roots::run(argv[1], threads);
}
