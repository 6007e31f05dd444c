// SPDX-License-Identifier: Apache-2.0
#pragma once

// Inside the tree only: its nodes, reached by tree.cpp, tree_hash.cpp and proof.cpp.

#include <sys/mman.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/check.h"
#include "store/tree.h"

namespace astyq::store {

// Elements addressed by 32-bit numbers. They never move, so growth costs no copy and no doubling.
// All chunks but the first ask for huge pages: ten million scattered nodes are more pages than a
// processor's table of them holds.
template <typename T>
class Pool {
 public:
  Pool() = default;
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool() {
    for (std::uint32_t index = 0; index < used_; ++index) std::destroy_at(&(*this)[index]);
    for (T* chunk : chunks_) std::free(chunk);
  }

  T& operator[](std::uint32_t index) { return chunks_[index >> kBits][index & kMask]; }
  const T& operator[](std::uint32_t index) const { return chunks_[index >> kBits][index & kMask]; }

  // Asks for an element's memory ahead of its use.
  void prefetch(std::uint32_t index) const {
    const auto* begin = reinterpret_cast<const char*>(&(*this)[index]);
    for (std::size_t offset = 0; offset < sizeof(T); offset += kLine)
      __builtin_prefetch(begin + offset);
    if constexpr (sizeof(T) % kLine != 0) __builtin_prefetch(begin + sizeof(T) - 1);
  }

  std::uint32_t take() {
    if (!free_.empty()) {
      const std::uint32_t index = free_.back();
      free_.pop_back();
      return index;
    }
    if (used_ >> kBits == chunks_.size()) chunks_.push_back(new_chunk());
    std::construct_at(&(*this)[used_]);
    return used_++;
  }
  // The element may be taken again.
  void give_back(std::uint32_t index) {
    (*this)[index] = T();
    free_.push_back(index);
  }

 private:
  static constexpr std::size_t kLine = 64;
  static constexpr std::size_t kHugePage = 2u << 20;
  static constexpr int kBits = 17;  // chunks of some huge pages each, so that little is left over
  static constexpr std::uint32_t kMask = (1u << kBits) - 1;

  T* new_chunk() const {
    const std::size_t wanted = sizeof(T) << kBits;
    const std::size_t size = (wanted + kHugePage - 1) / kHugePage * kHugePage;
    void* memory = std::aligned_alloc(kHugePage, size);
    ASTYQ_CHECK(memory != nullptr);
    // A wish: where the system has none to give, small pages serve as well.
    if (!chunks_.empty()) (void)madvise(memory, size, MADV_HUGEPAGE);
    return static_cast<T*>(memory);
  }

  std::vector<T*> chunks_;
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

// An inner node is two elements with one number, apart because a walk down the tree needs only the
// first and hashing only the second, each in a line of memory of its own.
struct Fork {
  std::array<NodeRef, 2> children{kNone, kNone};
  NodeRef parent = kNone;
  std::uint16_t bit =
      0;  // all keys below agree before this bit, counted from the first byte's highest
};
// The hashes of the left and the right child: exactly what is hashed after 0x01.
using HashPair = std::array<std::uint8_t, 64>;

struct Leaf {
  RowKey key;
  NodeRef parent = kNone;
  Row row;
};

// The leaf of a key without a walk down the tree: open tables of numbers of leaves. They hold no
// keys; who asks compares with the leaf's. There are many tables, each of which grows by itself, so
// that no block waits for all to be moved.
class LeafIndex {
 public:
  void add(const RowKey& key, std::uint32_t leaf, const Pool<Leaf>& leaves);
  // Requires: added.
  void remove(const RowKey& key, std::uint32_t leaf, const Pool<Leaf>& leaves);
  // The leaf of the key, or kNone.
  NodeRef find(const RowKey& key, const Pool<Leaf>& leaves) const;

  // By the key's spread alone: its place is asked for; the leaf that is its own, but for a chance
  // of one in millions.
  void prefetch(std::uint64_t spread) const;
  std::optional<std::uint32_t> likely(std::uint64_t spread) const;

 private:
  // Leaves of other keys have other upper bits here, mostly, so that theirs are not looked at.
  struct Place {
    std::uint32_t leaf = 0;  // its number + 1; 0: empty
    std::uint32_t mark = 0;
  };
  struct Table {
    std::size_t home(std::uint64_t spread) const { return spread & (places.size() - 1); }
    void put(Place place, std::uint64_t spread);
    void grow(const Pool<Leaf>& leaves);

    std::vector<Place> places{};  // a power of two, at most half of them taken
    std::size_t size = 0;
  };
  static constexpr unsigned kTableBits = 9;
  // By bits that neither the place within a table nor the mark has much use for.
  static std::size_t table_of(std::uint64_t spread) {
    return spread >> 32 & ((1U << kTableBits) - 1);
  }

  std::vector<Table> tables_ = std::vector<Table>(std::size_t{1} << kTableBits);
};

// Where the hash of a node is kept: twice its parent's index, and the side; or in the tree itself.
using Slot = std::uint32_t;
constexpr Slot kRootSlot = UINT32_MAX;
constexpr Slot slot_of(std::uint32_t index, int side) {
  return 2 * index + static_cast<Slot>(side);
}

// A key that a batch changes, and the new hash of its leaf.
struct Touched {
  RowKey key;
  Hash hash;
};

// The ways from the root to many keys at once, each node met once.
struct Descent {
  struct Found {
    NodeRef leaf = kNone;  // its key shares the longest beginning with the key
    Slot slot = kRootSlot;
  };
  struct Node {
    std::uint32_t index;
    Slot slot;
  };
  std::vector<Found> found;         // for each key
  std::vector<Node> nodes;          // the inner nodes, level by level from the root
  std::vector<std::size_t> begins;  // of the levels in `nodes`
};

struct Tree::Nodes {
  Pool<Fork> forks;
  Pool<HashPair> pairs;
  Pool<Leaf> leaves;
  LeafIndex by_key;
  NodeRef root = kNone;
  Hash root_hash;
  std::size_t size = 0;

  Nodes();

  std::uint32_t take_inner();
  void give_back_inner(std::uint32_t index);
  NodeRef parent_of(NodeRef ref) const {
    return is_leaf(ref) ? leaves[leaf_index(ref)].parent : forks[ref].parent;
  }
  void set_parent(NodeRef ref, NodeRef parent);
  // Which child of its parent `ref` is. Requires: it is not the root.
  int side_of(NodeRef ref) const { return forks[parent_of(ref)].children[1] == ref ? 1 : 0; }
  // Where the parent keeps the hash of `ref`; the root's is kept by the tree.
  std::span<std::uint8_t, 32> hash_slot(NodeRef ref);
  // Puts `next` where `former` stood; the hash in that place is left as it was.
  void replace_child(NodeRef former, NodeRef next);

  // The outermost leaf below `ref` on one side.
  NodeRef outermost(NodeRef ref, int side) const;
  // A leaf whose key shares the longest beginning with `key`. Requires: not empty.
  NodeRef nearest(const RowKey& key) const;
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

  // The steps of a batch. Requires of all: keys ascending, each once.
  Descent descend(std::span<const Touched> keys) const;
  // Puts new rows in the place of former ones, and their hashes into `touched`. Returns which
  // changes make or erase a key instead.
  std::vector<std::size_t> replace_rows(const Descent& descent, Changes& changes,
                                        std::span<Touched> touched);
  // Makes and erases keys. `touched` names other leaves then, on the ways to all that changed.
  void reshape(Changes& changes, std::span<const std::size_t> others,
               std::vector<Touched>& touched);
  // Writes the hashes of the leaves found, then hashes every inner node of the descent.
  void rehash(const Descent& descent, std::span<const Touched> touched);
  // Hashes every inner node. Requires: the hashes of the leaves are written.
  void rehash_all();

 private:
  std::span<std::uint8_t, 32> slot_bytes(Slot slot);
  void hash_levels(const Descent& descent);
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
