// SPDX-License-Identifier: Apache-2.0
#include "store/proof.h"

#include <utility>

#include "astyq/ics23/v1/proofs.pb.h"
#include "store/tree_nodes.h"

namespace astyq::store {
namespace {

constexpr char kInnerPrefix = 0x01;

// A template only because the nodes are the tree's private type.
template <typename Nodes>
void fill_existence(const Nodes& nodes, NodeRef ref, ics23::v1::ExistenceProof& proof) {
  const Leaf& leaf = nodes.leaves[leaf_index(ref)];
  proof.set_key(Bytes(leaf.key.bytes()));
  proof.set_value(leaf.row.committed_value());
  auto& step = *proof.mutable_leaf();
  step.set_hash(ics23::v1::HASH_OP_SHA256);
  step.set_prehash_value(ics23::v1::HASH_OP_SHA256);
  step.set_length(ics23::v1::LENGTH_OP_VAR_PROTO);
  step.set_prefix(Bytes(1, '\0'));
  for (NodeRef child = ref; nodes.parent_of(child) != kNone; child = nodes.parent_of(child)) {
    const NodeRef parent = nodes.parent_of(child);
    const bool right = nodes.side_of(child) == 1;
    const BytesView hashes = view(nodes.pairs[parent]);
    auto& inner = *proof.add_path();
    inner.set_hash(ics23::v1::HASH_OP_SHA256);
    Bytes prefix(1, kInnerPrefix);
    if (right) prefix += hashes.substr(0, 32);
    inner.set_prefix(std::move(prefix));
    // A right child's step has no suffix at all: verifiers refuse an explicit empty one.
    if (!right) inner.set_suffix(Bytes(hashes.substr(32)));
  }
}

}  // namespace

std::optional<Bytes> Prover::membership(const RowKey& key) const {
  const Tree::Nodes& nodes = *tree_.nodes_;
  const NodeRef leaf = nodes.leaf_of(key);
  if (leaf == kNone) return std::nullopt;
  ics23::v1::CommitmentProof proof;
  fill_existence(nodes, leaf, *proof.mutable_exist());
  return proof.SerializeAsString();
}

std::optional<Bytes> Prover::absence(const RowKey& key) const {
  const Tree::Nodes& nodes = *tree_.nodes_;
  if (nodes.root == kNone || nodes.leaf_of(key) != kNone) return std::nullopt;
  const NodeRef right = nodes.lower_bound(key);
  const NodeRef left = right == kNone ? nodes.outermost(nodes.root, 1) : nodes.neighbour(right, 0);
  ics23::v1::CommitmentProof proof;
  auto& absent = *proof.mutable_nonexist();
  if (left != kNone) fill_existence(nodes, left, *absent.mutable_left());
  if (right != kNone) fill_existence(nodes, right, *absent.mutable_right());
  return proof.SerializeAsString();
}

}  // namespace astyq::store
