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

std::span<std::uint8_t, 32> Tree::Nodes::slot_bytes(Slot slot) {
  if (slot == kRootSlot) return root_hash;
  return std::span<std::uint8_t, 32>(pairs[slot / 2].data() + 32 * (slot % 2), 32);
}

void Tree::Nodes::rehash(const Descent& descent, std::span<const Touched> touched) {
  ASTYQ_CHECK(descent.found.size() == touched.size());
  for (std::size_t i = 0; i < touched.size(); ++i) {
    if (i + kAhead < touched.size() && descent.found[i + kAhead].slot != kRootSlot)
      pairs.prefetch(descent.found[i + kAhead].slot / 2);
    std::ranges::copy(touched[i].hash, slot_bytes(descent.found[i].slot).begin());
  }
  hash_levels(descent);
}

void Tree::Nodes::rehash_all() {
  if (root == kNone || is_leaf(root)) return;
  Descent all;
  all.nodes.push_back({root, kRootSlot});
  for (std::size_t begin = 0; begin < all.nodes.size();) {
    const std::size_t end = all.nodes.size();
    all.begins.push_back(begin);
    for (; begin < end; ++begin) {
      const std::uint32_t index = all.nodes[begin].index;
      if (begin + kAhead < end) forks.prefetch(all.nodes[begin + kAhead].index);
      for (const int side : {0, 1})
        if (const NodeRef child = forks[index].children[side]; !is_leaf(child))
          all.nodes.push_back({child, slot_of(index, side)});
    }
  }
  hash_levels(all);
}

void Tree::Nodes::hash_levels(const Descent& descent) {
  std::array<HashPair, kBatch> batch;
  std::array<Hash, kBatch> hashes;
  const auto& nodes = descent.nodes;
  std::size_t end = nodes.size();
  for (std::size_t level = descent.begins.size(); level-- > 0; end = descent.begins[level]) {
    for (std::size_t begin = descent.begins[level]; begin < end; begin += kBatch) {
      const std::size_t count = std::min(kBatch, end - begin);
      for (std::size_t i = 0; i < count; ++i) {
        batch[i] = pairs[nodes[begin + i].index];
        if (nodes[begin + i].slot != kRootSlot) pairs.prefetch(nodes[begin + i].slot / 2);
        if (begin + kBatch + i < end) pairs.prefetch(nodes[begin + kBatch + i].index);
      }
      crypto::inner_nodes({batch.data(), count}, {hashes.data(), count});
      for (std::size_t i = 0; i < count; ++i)
        std::ranges::copy(hashes[i], slot_bytes(nodes[begin + i].slot).begin());
    }
  }
}

}  // namespace astyq::store
