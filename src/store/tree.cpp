// SPDX-License-Identifier: Apache-2.0
#include "store/tree.h"

#include <algorithm>
#include <bit>

#include "crypto/sha256.h"
#include "store/tree_nodes.h"

namespace astyq::store {

unsigned first_difference(BytesView a, BytesView b) {
  const std::size_t common = std::min(a.size(), b.size());
  const auto [left, right] = std::mismatch(a.begin(), a.begin() + common, b.begin());
  const auto byte = static_cast<unsigned>(left - a.begin());
  if (byte == common) return byte * 8;
  const auto differing = static_cast<std::uint8_t>(*left ^ *right);
  return byte * 8 + static_cast<unsigned>(std::countl_zero(differing));
}

Tree::Nodes::Nodes() : root_hash(crypto::sha256({})) {}

std::uint32_t Tree::Nodes::take_inner() {
  const std::uint32_t index = forks.take();
  ASTYQ_CHECK(pairs.take() == index && index < kNone);
  return index;
}

void Tree::Nodes::give_back_inner(std::uint32_t index) {
  forks.give_back(index);
  pairs.give_back(index);
}

void Tree::Nodes::set_parent(NodeRef ref, NodeRef parent) {
  if (is_leaf(ref))
    leaves[leaf_index(ref)].parent = parent;
  else
    forks[ref].parent = parent;
}

std::span<std::uint8_t, 32> Tree::Nodes::hash_slot(NodeRef ref) {
  const NodeRef parent = parent_of(ref);
  if (parent == kNone) return root_hash;
  return std::span<std::uint8_t, 32>(pairs[parent].data() + 32 * side_of(ref), 32);
}

void Tree::Nodes::replace_child(NodeRef former, NodeRef next) {
  const NodeRef parent = parent_of(former);
  if (parent == kNone)
    root = next;
  else
    forks[parent].children[side_of(former)] = next;
  set_parent(next, parent);
}

NodeRef Tree::Nodes::outermost(NodeRef ref, int side) const {
  while (!is_leaf(ref)) ref = forks[ref].children[side];
  return ref;
}

NodeRef Tree::Nodes::nearest(const RowKey& key) const {
  const BytesView bytes = key.bytes();
  NodeRef ref = root;
  while (!is_leaf(ref)) {
    const Fork& fork = forks[ref];
    ref = fork.children[bit_at(bytes, fork.bit)];
  }
  return ref;
}

NodeRef Tree::Nodes::leaf_of(const RowKey& key) const {
  return by_key.find(key, leaves);
}

NodeRef Tree::Nodes::top_above(NodeRef leaf, unsigned bit) const {
  NodeRef top = leaf;
  for (NodeRef parent = parent_of(top); parent != kNone && forks[parent].bit >= bit;
       parent = parent_of(top))
    top = parent;
  return top;
}

NodeRef Tree::Nodes::neighbour(NodeRef ref, int side) const {
  while (parent_of(ref) != kNone) {
    const NodeRef parent = parent_of(ref);
    if (side_of(ref) != side) return outermost(forks[parent].children[side], 1 - side);
    ref = parent;
  }
  return kNone;
}

NodeRef Tree::Nodes::lower_bound(const RowKey& key) const {
  if (root == kNone) return kNone;
  const NodeRef near = nearest(key);
  const RowKey& near_key = leaves[leaf_index(near)].key;
  if (near_key == key) return near;
  const NodeRef top = top_above(near, first_difference(key.bytes(), near_key.bytes()));
  // Every key below `top` stands on the same side of `key`.
  return key < near_key ? outermost(top, 0) : neighbour(top, 1);
}

NodeRef Tree::Nodes::insert(const RowKey& key, NodeRef near) {
  const std::uint32_t number = leaves.take();
  ASTYQ_CHECK(number < leaf_index(kNone));
  const NodeRef leaf = number | kLeafBit;
  leaves[number].key = key;
  by_key.add(key, number, leaves);
  ++size;
  if (near == kNone) {
    root = leaf;
    return leaf;
  }
  const BytesView near_bytes = leaves[leaf_index(near)].key.bytes();
  const unsigned bit = first_difference(key.bytes(), near_bytes);
  // No key begins another: the tree could not order them by bits.
  ASTYQ_CHECK(bit < 8 * std::min(key.bytes().size(), near_bytes.size()));
  const NodeRef below = top_above(near, bit);
  const NodeRef above = take_inner();
  const int side = bit_at(key.bytes(), bit);
  const auto hash_below = hash_slot(below);
  std::copy(hash_below.begin(), hash_below.end(), pairs[above].begin() + 32 * (1 - side));
  replace_child(below, above);
  Fork& fork = forks[above];
  fork.bit = static_cast<std::uint16_t>(bit);
  fork.children[side] = leaf;
  fork.children[1 - side] = below;
  set_parent(below, above);
  leaves[number].parent = above;
  return leaf;
}

void Tree::Nodes::erase(NodeRef leaf) {
  const NodeRef parent = parent_of(leaf);
  if (parent == kNone) {
    root = kNone;
    root_hash = crypto::sha256({});
  } else {
    const int side = side_of(leaf);
    const NodeRef sibling = forks[parent].children[1 - side];
    replace_child(parent, sibling);
    std::copy_n(pairs[parent].begin() + 32 * (1 - side), 32, hash_slot(sibling).begin());
    give_back_inner(parent);
  }
  by_key.remove(leaves[leaf_index(leaf)].key, leaf_index(leaf), leaves);
  leaves.give_back(leaf_index(leaf));
  --size;
}

Tree::Tree() : nodes_(std::make_unique<Nodes>()) {}
Tree::~Tree() = default;
Tree::Tree(Tree&&) noexcept = default;
Tree& Tree::operator=(Tree&& other) noexcept {
  nodes_ = std::move(other.nodes_);
  return *this;
}

std::size_t Tree::size() const {
  return nodes_->size;
}
Hash Tree::root() const {
  return nodes_->root_hash;
}

// A look-up goes by three steps, each to where the one before pointed; all keys take a step before
// any takes the next.
void Tree::prefetch(std::span<const RowKey> keys) const {
  std::vector<std::uint64_t> spreads;
  spreads.reserve(keys.size());
  for (const RowKey& key : keys) nodes_->by_key.prefetch(spreads.emplace_back(key.spread()));
  std::vector<std::uint32_t> numbers;
  numbers.reserve(keys.size());
  for (const std::uint64_t spread : spreads)
    if (const auto number = nodes_->by_key.likely(spread)) {
      nodes_->leaves.prefetch(*number);
      numbers.push_back(*number);
    }
  for (const std::uint32_t number : numbers) {
    const Row& row = nodes_->leaves[number].row;
    __builtin_prefetch(row.open.data());
    __builtin_prefetch(row.restricted.data());
  }
}

const Row* Tree::find(const RowKey& key) const {
  const NodeRef leaf = nodes_->leaf_of(key);
  return leaf == kNone ? nullptr : &nodes_->leaves[leaf_index(leaf)].row;
}

std::optional<std::pair<RowKey, const Row*>> Tree::lower_bound(const RowKey& key) const {
  const NodeRef leaf = nodes_->lower_bound(key);
  if (leaf == kNone) return std::nullopt;
  const Leaf& found = nodes_->leaves[leaf_index(leaf)];
  return std::pair{found.key, &found.row};
}

std::optional<std::pair<RowKey, const Row*>> Tree::upper_bound(const RowKey& key) const {
  NodeRef leaf = nodes_->lower_bound(key);
  if (leaf != kNone && nodes_->leaves[leaf_index(leaf)].key == key)
    leaf = nodes_->neighbour(leaf, 1);
  if (leaf == kNone) return std::nullopt;
  const Leaf& found = nodes_->leaves[leaf_index(leaf)];
  return std::pair{found.key, &found.row};
}

Tree::Builder::Builder() : last_(kNone) {}

void Tree::Builder::add(Entry entry) {
  Nodes& nodes = *tree_.nodes_;
  ASTYQ_CHECK(last_ == kNone || nodes.leaves[leaf_index(last_)].key < entry.key);
  // The greatest key so far shares the longest beginning with a still greater one.
  last_ = nodes.insert(entry.key, last_);
  const Hash hash = leaf_hash(entry.key, entry.row);
  std::ranges::copy(hash, nodes.hash_slot(last_).begin());
  nodes.leaves[leaf_index(last_)].row = std::move(entry.row);
}

Tree Tree::Builder::finish() {
  tree_.nodes_->rehash_all();
  return std::move(tree_);
}

}  // namespace astyq::store
