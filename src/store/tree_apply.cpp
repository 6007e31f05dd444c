// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "store/tree_nodes.h"

namespace astyq::store {
namespace {

// How far before its use a node is asked for.
constexpr std::size_t kAhead = 16;

// A subtree and the range of keys whose way leads into it.
struct Reach {
  NodeRef ref;
  Slot slot;
  std::size_t begin;
  std::size_t end;
};

// The first key of a range that is 1 at this bit. Requires: the keys agree before it.
std::size_t first_right(std::span<const Touched> keys, const Reach& at, unsigned bit) {
  const auto range = keys.subspan(at.begin, at.end - at.begin);
  const auto is_left = [bit](const Touched& one) { return bit_at(one.key.bytes(), bit) == 0; };
  return at.begin +
         static_cast<std::size_t>(std::ranges::partition_point(range, is_left) - range.begin());
}

// The bit that parts a range at a fork: the fork's, or an earlier one at which the keys differ
// although those of the tree do not.
unsigned parting_bit(std::span<const Touched> keys, const Reach& at, unsigned fork_bit) {
  if (at.end - at.begin == 1) return fork_bit;
  const unsigned differing =
      first_difference(keys[at.begin].key.bytes(), keys[at.end - 1].key.bytes());
  return std::min(fork_bit, differing);
}

// Adds the reaches below a fork, from left to right. `parts` is only room to work in.
void part(std::span<const Touched> keys, const Reach& whole, const Fork& fork,
          std::vector<Reach>& below, std::vector<Reach>& parts) {
  if (whole.end - whole.begin == 1) {
    const int side = bit_at(keys[whole.begin].key.bytes(), fork.bit);
    below.push_back({fork.children[side], slot_of(whole.ref, side), whole.begin, whole.end});
    return;
  }
  parts.push_back(whole);
  while (!parts.empty()) {
    const Reach at = parts.back();
    parts.pop_back();
    const unsigned bit = parting_bit(keys, at, fork.bit);
    const std::size_t middle = first_right(keys, at, bit);
    if (bit < fork.bit) {
      parts.push_back({at.ref, at.slot, middle, at.end});
      parts.push_back({at.ref, at.slot, at.begin, middle});
      continue;
    }
    if (at.begin < middle)
      below.push_back({fork.children[0], slot_of(at.ref, 0), at.begin, middle});
    if (middle < at.end) below.push_back({fork.children[1], slot_of(at.ref, 1), middle, at.end});
  }
}

std::vector<Touched> touched_by(const Changes& changes) {
  std::vector<Touched> touched;
  touched.reserve(changes.size());
  for (const Change& change : changes) {
    ASTYQ_CHECK(touched.empty() || touched.back().key < change.key);
    touched.push_back({change.key, Hash{}});
  }
  return touched;
}

}  // namespace

// One way down for all keys, level by level: memory is asked for ahead of its use, where one key
// after the other would wait for it at every step.
Descent Tree::Nodes::descend(std::span<const Touched> keys) const {
  Descent descent;
  descent.found.resize(keys.size());
  if (root == kNone) return descent;
  std::vector<Reach> level{{root, kRootSlot, 0, keys.size()}};
  std::vector<Reach> next;
  std::vector<Reach> parts;
  for (; !level.empty(); level.swap(next), next.clear()) {
    descent.begins.push_back(descent.nodes.size());
    for (std::size_t i = 0; i < level.size(); ++i) {
      if (i + kAhead < level.size() && !is_leaf(level[i + kAhead].ref))
        forks.prefetch(level[i + kAhead].ref);
      const Reach& at = level[i];
      if (is_leaf(at.ref)) {
        for (std::size_t key = at.begin; key < at.end; ++key)
          descent.found[key] = {at.ref, at.slot};
      } else {
        descent.nodes.push_back({at.ref, at.slot});
        part(keys, at, forks[at.ref], next, parts);
      }
    }
  }
  return descent;
}

std::vector<std::size_t> Tree::Nodes::replace_rows(const Descent& descent, Changes& changes,
                                                   std::span<Touched> touched) {
  std::vector<std::size_t> others;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (i + kAhead < changes.size() && descent.found[i + kAhead].leaf != kNone)
      leaves.prefetch(leaf_index(descent.found[i + kAhead].leaf));
    const NodeRef leaf = descent.found[i].leaf;
    Change& change = changes[i];
    if (leaf == kNone || !change.row || leaves[leaf_index(leaf)].key != change.key) {
      others.push_back(i);
      continue;
    }
    touched[i].hash = leaf_hash(change.key, *change.row);
    std::swap(leaves[leaf_index(leaf)].row, *change.row);
  }
  return others;
}

void Tree::Nodes::reshape(Changes& changes, std::span<const std::size_t> others,
                          std::vector<Touched>& touched) {
  std::vector<std::size_t> without_leaf;
  for (const std::size_t i : others) {
    Change& change = changes[i];
    const NodeRef near = root == kNone ? kNone : nearest(change.key);
    if (change.row) {
      touched[i].hash = leaf_hash(change.key, *change.row);
      leaves[leaf_index(insert(change.key, near))].row = std::move(*change.row);
      change.row.reset();
      continue;
    }
    without_leaf.push_back(i);
    if (near == kNone || leaves[leaf_index(near)].key != change.key) continue;
    change.row = std::move(leaves[leaf_index(near)].row);
    erase(near);
  }
  if (root == kNone) touched.clear();
  if (root == kNone || without_leaf.empty()) return;
  // A node that stood above an erased key and is left stands on the way that the key's bits show:
  // the leaf at its end is hashed in its place.
  for (const std::size_t i : without_leaf) {
    const Leaf& leaf = leaves[leaf_index(nearest(touched[i].key))];
    touched[i] = {leaf.key, leaf_hash(leaf.key, leaf.row)};
  }
  std::ranges::sort(touched, {}, &Touched::key);
  const auto twice = std::ranges::unique(touched, {}, &Touched::key);
  touched.erase(twice.begin(), twice.end());
}

Changes Tree::apply(Changes changes) {
  if (changes.empty()) return changes;
  std::vector<Touched> touched = touched_by(changes);
  Descent descent = nodes_->descend(touched);
  const auto others = nodes_->replace_rows(descent, changes, touched);
  if (!others.empty()) {
    nodes_->reshape(changes, others, touched);
    descent = nodes_->descend(touched);
  }
  nodes_->rehash(descent, touched);
  return changes;
}

}  // namespace astyq::store
