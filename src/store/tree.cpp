// SPDX-License-Identifier: Apache-2.0
#include "store/tree.h"

#include <algorithm>
#include <bit>

#include "crypto/sha256.h"
#include "store/tree_nodes.h"

namespace astyq::store {

namespace {

// Paths walked at once: enough to hide the latency of memory, few enough to stay near until used.
constexpr std::size_t kPrefetched = 16;

}  // namespace

unsigned first_difference(BytesView a, BytesView b) {
  const std::size_t common = std::min(a.size(), b.size());
  const auto [left, right] = std::mismatch(a.begin(), a.begin() + common, b.begin());
  const auto byte = static_cast<unsigned>(left - a.begin());
  if (byte == common) return byte * 8;
  const auto differing = static_cast<std::uint8_t>(*left ^ *right);
  return byte * 8 + static_cast<unsigned>(std::countl_zero(differing));
}

Tree::Nodes::Nodes() : root_hash(crypto::sha256({})) {}

void Tree::Nodes::set_parent(NodeRef ref, NodeRef parent) {
  if (is_leaf(ref))
    leaves[leaf_index(ref)].parent = parent;
  else
    inners[ref].parent = parent;
}

std::span<std::uint8_t, 32> Tree::Nodes::hash_slot(NodeRef ref) {
  const NodeRef parent = parent_of(ref);
  if (parent == kNone) return root_hash;
  return std::span<std::uint8_t, 32>(inners[parent].child_hashes.data() + 32 * side_of(ref), 32);
}

std::span<const std::uint8_t, 32> Tree::Nodes::hash_slot(NodeRef ref) const {
  return const_cast<Nodes*>(this)->hash_slot(ref);
}

void Tree::Nodes::replace_child(NodeRef former, NodeRef next) {
  const NodeRef parent = parent_of(former);
  if (parent == kNone)
    root = next;
  else
    inners[parent].children[side_of(former)] = next;
  set_parent(next, parent);
}

NodeRef Tree::Nodes::outermost(NodeRef ref, int side) const {
  while (!is_leaf(ref)) ref = inners[ref].children[side];
  return ref;
}

NodeRef Tree::Nodes::nearest(const RowKey& key) const {
  const BytesView bytes = key.bytes();
  NodeRef ref = root;
  while (!is_leaf(ref)) {
    const Inner& inner = inners[ref];
    ref = inner.children[bit_at(bytes, inner.bit)];
  }
  return ref;
}

void Tree::Nodes::prefetch_paths(std::span<const Change> changes) const {
  std::array<NodeRef, kPrefetched> refs;
  ASTYQ_CHECK(changes.size() <= refs.size());
  refs.fill(root);
  for (std::size_t walking = root == kNone ? 0 : changes.size(); walking > 0;) {
    walking = 0;
    for (std::size_t i = 0; i < changes.size(); ++i) {
      if (is_leaf(refs[i])) continue;
      const Inner& inner = inners[refs[i]];
      refs[i] = inner.children[bit_at(changes[i].key.bytes(), inner.bit)];
      if (is_leaf(refs[i])) {
        leaves.prefetch(leaf_index(refs[i]));
      } else {
        inners.prefetch(refs[i]);
        ++walking;
      }
    }
  }
}

NodeRef Tree::Nodes::leaf_of(const RowKey& key) const {
  if (root == kNone) return kNone;
  const NodeRef ref = nearest(key);
  return leaves[leaf_index(ref)].key == key ? ref : kNone;
}

NodeRef Tree::Nodes::top_above(NodeRef leaf, unsigned bit) const {
  NodeRef top = leaf;
  for (NodeRef parent = parent_of(top); parent != kNone && inners[parent].bit >= bit;
       parent = parent_of(top))
    top = parent;
  return top;
}

NodeRef Tree::Nodes::neighbour(NodeRef ref, int side) const {
  while (parent_of(ref) != kNone) {
    const NodeRef parent = parent_of(ref);
    if (side_of(ref) != side) return outermost(inners[parent].children[side], 1 - side);
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
  const std::uint32_t index = leaves.take();
  ASTYQ_CHECK(index < leaf_index(kNone));
  const NodeRef leaf = index | kLeafBit;
  leaves[index].key = key;
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
  const NodeRef above = inners.take();
  Inner& inner = inners[above];
  const int side = bit_at(key.bytes(), bit);
  inner.bit = static_cast<std::uint16_t>(bit);
  const auto hash_below = hash_slot(below);
  std::copy(hash_below.begin(), hash_below.end(), inner.child_hashes.begin() + 32 * (1 - side));
  replace_child(below, above);
  inner.children[side] = leaf;
  inner.children[1 - side] = below;
  set_parent(below, above);
  leaves[index].parent = above;
  return leaf;
}

void Tree::Nodes::erase(NodeRef leaf) {
  const NodeRef parent = parent_of(leaf);
  if (parent == kNone) {
    root = kNone;
  } else {
    const int side = side_of(leaf);
    const NodeRef sibling = inners[parent].children[1 - side];
    std::array<std::uint8_t, 32> hash;
    std::copy_n(inners[parent].child_hashes.begin() + 32 * (1 - side), 32, hash.begin());
    replace_child(parent, sibling);
    std::copy(hash.begin(), hash.end(), hash_slot(sibling).begin());
    mark_dirty(parent_of(sibling));
    inners[parent].dirty = false;
    // Given back only after re-hashing: the list of dirty nodes may name it.
    removed_inners.push_back(parent);
  }
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

Changes Tree::apply(Changes changes) {
  for (std::size_t i = 0; i < changes.size(); ++i) {
    Change& change = changes[i];
    ASTYQ_CHECK(i == 0 || changes[i - 1].key < change.key);
    if (i % kPrefetched == 0)
      nodes_->prefetch_paths(
          std::span(changes).subspan(i, std::min(kPrefetched, changes.size() - i)));
    const NodeRef near = nodes_->root == kNone ? kNone : nodes_->nearest(change.key);
    const bool present = near != kNone && nodes_->leaves[leaf_index(near)].key == change.key;
    if (!change.row) {
      if (!present) continue;
      change.row = std::move(nodes_->leaves[leaf_index(near)].row);
      nodes_->erase(near);
      continue;
    }
    const NodeRef leaf = present ? near : nodes_->insert(change.key, near);
    Row& row = nodes_->leaves[leaf_index(leaf)].row;
    std::swap(row, *change.row);
    nodes_->touch(leaf);
    if (!present) change.row.reset();
  }
  nodes_->rehash();
  return changes;
}

Tree::Builder::Builder() : last_(kNone) {}

void Tree::Builder::add(Entry entry) {
  Nodes& nodes = *tree_.nodes_;
  ASTYQ_CHECK(last_ == kNone || nodes.leaves[leaf_index(last_)].key < entry.key);
  // The greatest key so far shares the longest beginning with a still greater one.
  last_ = nodes.insert(entry.key, last_);
  nodes.leaves[leaf_index(last_)].row = std::move(entry.row);
  nodes.touch(last_);
}

Tree Tree::Builder::finish() {
  tree_.nodes_->rehash();
  return std::move(tree_);
}

}  // namespace astyq::store
