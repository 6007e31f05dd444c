// SPDX-License-Identifier: Apache-2.0
#include "proof/merkle_run.h"

#include "base/check.h"
#include "crypto/sha256.h"

namespace astyq::proof {
namespace {

// One level up: neighbours join, the last of an odd number goes up as it is.
std::vector<Hash> joined(const std::vector<Hash>& level) {
  std::vector<Hash> above;
  for (std::size_t i = 0; i + 1 < level.size(); i += 2)
    above.push_back(crypto::inner_node(level[i], level[i + 1]));
  if (level.size() % 2 != 0) above.push_back(level.back());
  return above;
}

}  // namespace

Hash leaf_hash(BytesView leaf) {
  return crypto::Sha256().update(BytesView("\0", 1)).update(leaf).finish();
}

std::vector<Hash> hashes_beside(std::span<const Bytes> leaves, std::uint64_t first,
                                std::uint64_t count) {
  ASTYQ_CHECK(count >= 1 && first <= leaves.size() && count <= leaves.size() - first);
  std::vector<Hash> level;
  level.reserve(leaves.size());
  for (const Bytes& leaf : leaves) level.push_back(leaf_hash(leaf));
  std::vector<Hash> beside;
  std::size_t from = first;
  std::size_t last = first + count - 1;
  while (level.size() > 1) {
    if (from % 2 != 0) beside.push_back(level[from - 1]);
    if (last % 2 == 0 && last + 1 < level.size()) beside.push_back(level[last + 1]);
    level = joined(level);
    from /= 2;
    last /= 2;
  }
  return beside;
}

std::optional<Hash> root_above(std::vector<Hash> run, RunPlace place,
                               std::span<const Hash> beside) {
  if (run.empty() || place.first > place.leaves || run.size() > place.leaves - place.first)
    return std::nullopt;
  const auto take = [&](std::vector<Hash>::iterator at) {
    if (beside.empty()) return false;
    run.insert(at, beside.front());
    beside = beside.subspan(1);
    return true;
  };
  while (place.leaves > 1) {
    const std::uint64_t last = place.first + run.size() - 1;
    if (place.first % 2 != 0 && !take(run.begin())) return std::nullopt;
    if (last % 2 == 0 && last + 1 < place.leaves && !take(run.end())) return std::nullopt;
    run = joined(run);
    place.first /= 2;
    place.leaves = place.leaves / 2 + place.leaves % 2;
  }
  return beside.empty() && run.size() == 1 ? std::optional(run.front()) : std::nullopt;
}

}  // namespace astyq::proof
