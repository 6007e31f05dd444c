// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "crypto/sha256.h"
#include "store/tree_nodes.h"

namespace astyq::store {
namespace {

// Enough for the lanes of the kernel; small enough to stay in the nearest cache.
constexpr std::size_t kBatch = 64;
// How far before its use a node is asked for.
constexpr std::size_t kAhead = 16;

}  // namespace

Hash leaf_hash(const RowKey& key, const Row& row) {
  const Hash value = crypto::sha256(row.committed_value());
  std::array<char, 1 + 1 + RowKey::kMaxSize + 1 + 32> bytes;
  const BytesView raw = key.bytes();
  bytes[0] = 0x00;
  static_assert(RowKey::kMaxSize < 0x80, "the length is one byte of varint");
  bytes[1] = static_cast<char>(raw.size());
  std::memcpy(bytes.data() + 2, raw.data(), raw.size());
  bytes[2 + raw.size()] = 0x20;
  std::memcpy(bytes.data() + 3 + raw.size(), value.data(), value.size());
  return crypto::sha256({bytes.data(), 3 + raw.size() + value.size()});
}

void Tree::Nodes::mark_dirty(NodeRef inner) {
  for (NodeRef ref = inner; ref != kNone && !inners[ref].dirty; ref = inners[ref].parent) {
    inners[ref].dirty = true;
    dirty_inners.push_back(ref);
  }
}

void Tree::Nodes::touch(NodeRef leaf) {
  const Leaf& changed = leaves[leaf_index(leaf)];
  const Hash hash = leaf_hash(changed.key, changed.row);
  std::copy(hash.begin(), hash.end(), hash_slot(leaf).begin());
  mark_dirty(changed.parent);
}

std::vector<std::uint32_t> Tree::Nodes::lowest_dirty() {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < dirty_inners.size(); ++i) {
    if (i + kAhead < dirty_inners.size()) inners.prefetch(dirty_inners[i + kAhead]);
    const std::uint32_t ref = dirty_inners[i];
    if (!inners[ref].dirty) continue;
    dirty_inners[kept++] = ref;
    if (inners[ref].parent != kNone) ++inners[inners[ref].parent].dirty_children;
  }
  dirty_inners.resize(kept);
  std::vector<std::uint32_t> lowest;
  for (std::size_t i = 0; i < kept; ++i) {
    if (i + kAhead < kept) inners.prefetch(dirty_inners[i + kAhead]);
    if (inners[dirty_inners[i]].dirty_children == 0) lowest.push_back(dirty_inners[i]);
  }
  return lowest;
}

void Tree::Nodes::rehash() {
  std::vector<std::uint32_t> ready = lowest_dirty();
  std::array<std::array<std::uint8_t, 64>, kBatch> pairs;
  std::array<Hash, kBatch> hashes;
  std::vector<std::uint32_t> parents;
  std::size_t done = 0;
  while (!ready.empty()) {
    for (std::size_t begin = 0; begin < ready.size(); begin += kBatch) {
      const std::size_t count = std::min(kBatch, ready.size() - begin);
      for (std::size_t i = 0; i < count; ++i) {
        const Inner& inner = inners[ready[begin + i]];
        pairs[i] = inner.child_hashes;
        if (inner.parent != kNone) inners.prefetch(inner.parent);
        if (begin + kBatch + i < ready.size()) inners.prefetch(ready[begin + kBatch + i]);
      }
      crypto::inner_nodes({pairs.data(), count}, {hashes.data(), count});
      for (std::size_t i = 0; i < count; ++i) {
        const NodeRef ref = ready[begin + i];
        std::copy(hashes[i].begin(), hashes[i].end(), hash_slot(ref).begin());
        inners[ref].dirty = false;
        const NodeRef parent = inners[ref].parent;
        if (parent != kNone && --inners[parent].dirty_children == 0) parents.push_back(parent);
      }
      done += count;
    }
    ready.swap(parents);
    parents.clear();
  }
  ASTYQ_CHECK(done == dirty_inners.size());
  dirty_inners.clear();
  for (const std::uint32_t ref : removed_inners) inners.give_back(ref);
  removed_inners.clear();
  if (root == kNone) root_hash = crypto::sha256({});
}

}  // namespace astyq::store
