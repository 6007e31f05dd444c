// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "store/tree.h"

namespace astyq::store {

// ICS-23 proofs for TendermintSpec: protobuf bytes of cosmos.ics23.v1.CommitmentProof.
// Source: github.com/cosmos/ics23, go/proof.go and go/ops.go.

// Verifiers refuse a longer path. Sequential and hashed keys stay far below it; keys that a user
// may choose bit by bit would not, which is why they enter the tree only hashed.
constexpr std::size_t kMaxProofDepth = 128;

// Makes proofs against the root that a tree has now.
class Prover {
 public:
  // The tree must outlive the prover.
  explicit Prover(const Tree& tree) : tree_(tree) {}
  // That the key's row stands in the tree. Nothing when the key is absent.
  std::optional<Bytes> membership(const RowKey& key) const;
  // That the key does not: its neighbours. Nothing when the key is present, and for an empty tree,
  // which has no neighbours to show: its root, SHA-256(""), is the proof.
  std::optional<Bytes> absence(const RowKey& key) const;

 private:
  const Tree& tree_;
};

// Faults: `proof_malformed`; `proof_other_kind`, `proof_other_key`, `proof_other_value` when it is
// about something else; `proof_empty_key`, `proof_empty_value`, `proof_wrong_step`,
// `proof_too_deep` when no tree has such a path; `proof_other_root`; `proof_not_between`,
// `proof_not_neighbours` when the key may be present. Stricter than upstream in two places: a leaf
// prefix is 0x00 and nothing more, and an inner step is exactly a left or a right child.
Status verify_membership(const Hash& root, BytesView proof, BytesView key, BytesView value);
Status verify_absence(const Hash& root, BytesView proof, BytesView key);

}  // namespace astyq::store
