// SPDX-License-Identifier: Apache-2.0
#pragma once

// Inside the tree only: its nodes, reached by tree.cpp, tree_hash.cpp and proof.cpp.

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/check.h"
#include "store/tree.h"

namespace astyq::store {

// Elements addressed by 32-bit numbers. They never move, so growth costs no copy and no doubling.
template <typename T>
class Pool {
 public:
  T& operator[](std::uint32_t index) { return chunks_[index >> kBits][index & kMask]; }
  const T& operator[](std::uint32_t index) const { return chunks_[index >> kBits][index & kMask]; }

  // Asks for an element's memory ahead of its use.
  void prefetch(std::uint32_t index) const {
    const auto* begin = reinterpret_cast<const char*>(&(*this)[index]);
    for (std::size_t offset = 0; offset < sizeof(T); offset += 64)
      __builtin_prefetch(begin + offset);
  }

  std::uint32_t take() {
    if (!free_.empty()) {
      const std::uint32_t index = free_.back();
      free_.pop_back();
      return index;
    }
    if (used_ >> kBits == chunks_.size()) chunks_.push_back(std::make_unique<T[]>(kMask + 1));
    return used_++;
  }
  // The element may be taken again.
  void give_back(std::uint32_t index) {
    (*this)[index] = T();
    free_.push_back(index);
  }

 private:
  static constexpr int kBits = 12;
  static constexpr std::uint32_t kMask = (1u << kBits) - 1;
  std::vector<std::unique_ptr<T[]>> chunks_;
  std::vector<std::uint32_t> free_;
  std::uint32_t used_ = 0;
};

// A reference is an inner node's number, or a leaf's number with the top bit set.
using NodeRef = std::uint32_t;
constexpr NodeRef kLeafBit = 0x8000'0000;
constexpr NodeRef kNone = 0x7fff'ffff;
constexpr bool is_leaf(NodeRef ref) {
  return (ref & kLeafBit) != 0;
}
constexpr std::uint32_t leaf_index(NodeRef ref) {
  return ref & ~kLeafBit;
}

struct Inner {
  std::array<std::uint8_t, 64> child_hashes;  // left || right: exactly what is hashed after 0x01
  std::array<NodeRef, 2> children{kNone, kNone};
  NodeRef parent = kNone;
  std::uint16_t bit =
      0;  // all keys below agree before this bit, counted from the first byte's highest
  std::uint8_t dirty_children = 0;
  bool dirty = false;
};

struct Leaf {
  RowKey key;
  NodeRef parent = kNone;
  Row row;
};

struct Tree::Nodes {
  Pool<Inner> inners;
  Pool<Leaf> leaves;
  NodeRef root = kNone;
  Hash root_hash;
  std::size_t size = 0;
  // A dirty node's ancestors are all dirty. A removed node stays listed here, but is not dirty.
  std::vector<std::uint32_t> dirty_inners;
  std::vector<std::uint32_t> removed_inners;

  Nodes();

  NodeRef parent_of(NodeRef ref) const {
    return is_leaf(ref) ? leaves[leaf_index(ref)].parent : inners[ref].parent;
  }
  void set_parent(NodeRef ref, NodeRef parent);
  // Which child of its parent `ref` is. Requires: it is not the root.
  int side_of(NodeRef ref) const { return inners[parent_of(ref)].children[1] == ref ? 1 : 0; }
  // Where the parent keeps the hash of `ref`; the root's is kept by the tree.
  std::span<std::uint8_t, 32> hash_slot(NodeRef ref);
  std::span<const std::uint8_t, 32> hash_slot(NodeRef ref) const;
  // Puts `next` where `former` stood; the hash in that place is left as it was.
  void replace_child(NodeRef former, NodeRef next);

  // The outermost leaf below `ref` on one side.
  NodeRef outermost(NodeRef ref, int side) const;
  // A leaf whose key shares the longest beginning with `key`. Requires: not empty.
  NodeRef nearest(const RowKey& key) const;
  // Brings the paths of these keys near, many at a time, as one after the other would wait for
  // memory.
  void prefetch_paths(std::span<const Change> changes) const;
  // The leaf of this key, or kNone.
  NodeRef leaf_of(const RowKey& key) const;
  // The topmost subtree around `leaf` whose keys all agree with it before `bit`.
  NodeRef top_above(NodeRef leaf, unsigned bit) const;
  // The leaf before (side 0) or after (side 1) all leaves below `ref`, or kNone.
  NodeRef neighbour(NodeRef ref, int side) const;
  // The first leaf whose key is not less than `key`, or kNone.
  NodeRef lower_bound(const RowKey& key) const;

  // Requires: the key differs from that of `near`, a leaf that shares the longest beginning with
  // it.
  NodeRef insert(const RowKey& key, NodeRef near);
  void erase(NodeRef leaf);
  void mark_dirty(NodeRef inner);
  // Writes the hash of a leaf into its parent and marks the path to the root.
  void touch(NodeRef leaf);
  // Counts dirty children and drops removed nodes; returns the nodes without a dirty child.
  std::vector<std::uint32_t> lowest_dirty();
  // Re-hashes dirty nodes, children before parents, many at a time.
  void rehash();
};

// The bit of `key` at this place; bits past its end are 0.
inline int bit_at(BytesView key, unsigned bit) {
  const std::size_t byte = bit / 8;
  if (byte >= key.size()) return 0;
  return static_cast<std::uint8_t>(key[byte]) >> (7 - bit % 8) & 1;
}

// The first bit at which two keys differ, or the end of the shorter one if it begins the other.
unsigned first_difference(BytesView a, BytesView b);

// 0x00 || varint len key || key || 0x20 || SHA-256(value), hashed.
Hash leaf_hash(const RowKey& key, const Row& row);

}  // namespace astyq::store
