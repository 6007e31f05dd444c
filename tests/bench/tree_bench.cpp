// SPDX-License-Identifier: Apache-2.0
// What the state tree costs on one core: a block of changed rows re-rooted, beside the bare hashing
// of the same nodes in the same run; proofs; memory.
//
//   build/bin/tree_bench [KEYS] [CHANGES]      10,000,000 and 100,000 when left out
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <vector>

#include "astyq/ics23/v1/proofs.pb.h"
#include "crypto/sha256.h"
#include "store/proof.h"
#include "store/tree.h"

namespace astyq::store {
namespace {

constexpr int kRounds = 7;
constexpr std::size_t kOpenBytes = 60;
constexpr std::size_t kProofs = 50'000;

using Pair = std::array<std::uint8_t, 64>;

// Of this thread on the processor: what other programs take does not count.
double processor_ms() {
  timespec now = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

template <typename Run>
double timed_ms(const Run& run) {
  const double begin = processor_ms();
  run();
  return processor_ms() - begin;
}

std::size_t allocated_bytes() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

// A hashed key of 16 bytes, as external names have: the hard case, no locality at all.
RowKey key_of(std::uint64_t number) {
  Bytes bytes;
  append_u64(bytes, number);
  const Hash hash = crypto::sha256(bytes);
  Bytes key(1, '\x07');
  key.append(view(hash).substr(0, 16));
  return RowKey(key);
}

Row row_of(std::uint64_t number, std::uint64_t version) {
  Row row;
  append_u64(row.open, number);
  append_u64(row.open, version);
  row.open.resize(kOpenBytes, 'r');
  return row;
}

Changes random_changes(const std::vector<RowKey>& keys, std::size_t count, std::uint64_t version) {
  std::mt19937_64 random(version);
  std::vector<std::size_t> chosen;
  while (chosen.size() < count) {
    while (chosen.size() < count) chosen.push_back(random() % keys.size());
    std::ranges::sort(chosen);
    chosen.erase(std::ranges::unique(chosen).begin(), chosen.end());
  }
  Changes changes;
  for (const std::size_t at : chosen) changes.push_back({keys[at], row_of(at, version)});
  return changes;
}

// The inner nodes above the changed rows, each once: a path counts from where it leaves the one
// before it.
std::size_t count_inner_nodes(const Tree& tree, const Changes& changes) {
  const Prover prover(tree);
  std::size_t count = 0;
  ics23::v1::CommitmentProof last;
  for (const Change& change : changes) {
    ics23::v1::CommitmentProof next;
    next.ParseFromString(*prover.membership(change.key));
    const auto& path = next.exist().path();
    const auto& former = last.exist().path();
    int shared = 0;
    while (shared < path.size() && shared < former.size()) {
      const auto& a = path.Get(path.size() - 1 - shared);
      const auto& b = former.Get(former.size() - 1 - shared);
      if (a.prefix() != b.prefix() || a.suffix() != b.suffix()) break;
      ++shared;
    }
    // Where two paths part they still stand on one node.
    const bool fork = shared < former.size() && shared < path.size();
    count += static_cast<std::size_t>(path.size() - shared - (fork ? 1 : 0));
    last = std::move(next);
  }
  return count;
}

double bare_hashing_ms(const Changes& changes, std::size_t inner_nodes) {
  std::vector<Pair> pairs(inner_nodes);
  std::vector<Hash> out(inner_nodes);
  std::vector<Bytes> leaves;
  std::vector<Bytes> values;
  for (const Change& change : changes) {
    values.push_back(change.row->committed_value());
    leaves.emplace_back(1 + 1 + change.key.bytes().size() + 1 + 32, 'l');
  }
  Hash last{};
  return timed_ms([&] {
    for (std::size_t i = 0; i < leaves.size(); ++i) {
      last = crypto::sha256(values[i]);
      last = crypto::sha256(leaves[i]);
    }
    constexpr std::size_t kAtOnce = 64;
    for (std::size_t at = 0; at < pairs.size(); at += kAtOnce) {
      const std::size_t count = std::min(kAtOnce, pairs.size() - at);
      crypto::inner_nodes(std::span(pairs).subspan(at, count), std::span(out).subspan(at, count));
    }
  });
}

void measure_root(Tree& tree, const std::vector<RowKey>& keys, std::size_t count) {
  std::vector<double> ratios;
  for (int round = 1; round <= kRounds; ++round) {
    Changes changes = random_changes(keys, count, static_cast<std::uint64_t>(round));
    const std::size_t inner = count_inner_nodes(tree, changes);
    // Half before and half after, so that a change of the clock's speed meets both.
    const double bare_before = bare_hashing_ms(changes, inner);
    Changes undo;
    Changes given = changes;
    const double applied = timed_ms([&] { undo = tree.apply(std::move(given)); });
    const double bare = (bare_before + bare_hashing_ms(changes, inner)) / 2;
    ratios.push_back(applied / bare);
    std::printf("root   %zu changes, %zu inner nodes: %.1f ms, bare hashing %.1f ms, ratio %.2f\n",
                changes.size(), inner, applied, bare, applied / bare);
  }
  std::ranges::sort(ratios);
  std::printf("root   median ratio to bare hashing %.2f\n", ratios[ratios.size() / 2]);
}

void measure_proofs(const Tree& tree, const std::vector<RowKey>& keys) {
  const Prover prover(tree);
  std::mt19937_64 random(1);
  std::size_t bytes = 0;
  const double taken = timed_ms([&] {
    for (std::size_t i = 0; i < kProofs; ++i)
      bytes += prover.membership(keys[random() % keys.size()])->size();
  });
  std::printf("proof  %.0f membership proofs a second, %zu bytes each\n",
              static_cast<double>(kProofs) / taken * 1e3, bytes / kProofs);
}

void run(std::size_t count, std::size_t changes) {
  std::vector<RowKey> keys;
  keys.reserve(count);
  for (std::size_t i = 0; i < count; ++i) keys.push_back(key_of(i));
  std::ranges::sort(keys);
  const std::size_t before = allocated_bytes();
  Tree::Builder builder;
  Tree tree;
  const double built = timed_ms([&] {
    for (std::size_t i = 0; i < count; ++i) builder.add({keys[i], row_of(i, 0)});
    tree = builder.finish();
  });
  std::printf("build  %zu keys in %.0f ms\n", count, built);
  std::printf("memory %zu bytes a key beside its value of %zu\n",
              (allocated_bytes() - before) / count - kOpenBytes, kOpenBytes);
  measure_root(tree, keys, changes);
  measure_proofs(tree, keys);
}

}  // namespace
}  // namespace astyq::store

int main(int argc, char** argv) {
  const std::size_t keys = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 10'000'000;
  const std::size_t changes = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 100'000;
  astyq::store::run(keys, changes);
}
