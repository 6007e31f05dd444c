// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <string>

#include "astyq/ics23/v1/proofs.pb.h"
#include "crypto/sha256.h"
#include "store/proof.h"

namespace astyq::store {
namespace {

using ics23::v1::CommitmentProof;
using ics23::v1::ExistenceProof;
using ics23::v1::InnerOp;
using ics23::v1::LeafOp;

constexpr std::size_t kHashSize = 32;
constexpr std::size_t kMaxProofBytes = 1 << 20;

enum class Side { kLeft, kRight };

Fault refused(const char* code, const std::string& why) {
  return Fault{code, "The proof is refused: " + why};
}

bool is_tendermint_leaf(const LeafOp& leaf) {
  return leaf.hash() == ics23::v1::HASH_OP_SHA256 &&
         leaf.prehash_key() == ics23::v1::HASH_OP_NO_HASH &&
         leaf.prehash_value() == ics23::v1::HASH_OP_SHA256 &&
         leaf.length() == ics23::v1::LENGTH_OP_VAR_PROTO && leaf.prefix() == BytesView("\0", 1);
}

// Which child the step goes up from, by its padding; nothing for a step that is neither.
std::optional<Side> side_of(const InnerOp& step) {
  if (step.hash() != ics23::v1::HASH_OP_SHA256) return std::nullopt;
  if (step.prefix().empty() || step.prefix()[0] != 0x01) return std::nullopt;
  if (step.prefix().size() == 1 && step.suffix().size() == kHashSize) return Side::kLeft;
  if (step.prefix().size() == 1 + kHashSize && step.suffix().empty()) return Side::kRight;
  return std::nullopt;
}

Hash root_of(const ExistenceProof& proof) {
  Bytes bytes = proof.leaf().prefix();
  append_varint(bytes, proof.key().size());
  bytes += proof.key();
  const Hash value = crypto::sha256(proof.value());
  append_varint(bytes, value.size());
  bytes += view(value);
  Hash hash = crypto::sha256(bytes);
  for (const InnerOp& step : proof.path())
    hash = crypto::Sha256().update(step.prefix()).update(view(hash)).update(step.suffix()).finish();
  return hash;
}

Status verify_existence(const Hash& root, const ExistenceProof& proof) {
  if (proof.key().empty()) return refused("proof_empty_key", "it has an empty key.");
  if (proof.value().empty()) return refused("proof_empty_value", "it has an empty value.");
  if (!is_tendermint_leaf(proof.leaf()))
    return refused("proof_wrong_step", "its leaf is not that of TendermintSpec.");
  if (static_cast<std::size_t>(proof.path_size()) > kMaxProofDepth)
    return refused("proof_too_deep", "its path has more than 128 steps.");
  for (const InnerOp& step : proof.path())
    if (!side_of(step))
      return refused("proof_wrong_step", "a step of its path is not that of TendermintSpec.");
  if (root_of(proof) != root) return refused("proof_other_root", "it leads to another root.");
  return Done{};
}

// Whether the lowest `steps` steps all go up from one side.
bool all_on(Side side, const ExistenceProof& proof, int steps) {
  return std::all_of(proof.path().begin(), proof.path().begin() + steps,
                     [side](const InnerOp& step) { return side_of(step) == side; });
}

// Whether no leaf stands between: below the fork one goes up from the right only, the other from
// the left.
bool are_neighbours(const ExistenceProof& left, const ExistenceProof& right) {
  int left_steps = left.path_size();
  int right_steps = right.path_size();
  while (left_steps > 0 && right_steps > 0) {
    const InnerOp& left_step = left.path(--left_steps);
    const InnerOp& right_step = right.path(--right_steps);
    if (left_step.prefix() == right_step.prefix() && left_step.suffix() == right_step.suffix())
      continue;
    return side_of(left_step) == Side::kLeft && side_of(right_step) == Side::kRight &&
           all_on(Side::kRight, left, left_steps) && all_on(Side::kLeft, right, right_steps);
  }
  return false;
}

// Nothing for bytes that are no CommitmentProof, or too many to be one.
std::optional<CommitmentProof> parse(BytesView proof) {
  CommitmentProof parsed;
  if (proof.size() > kMaxProofBytes) return std::nullopt;
  if (!parsed.ParseFromArray(proof.data(), static_cast<int>(proof.size()))) return std::nullopt;
  return parsed;
}

}  // namespace

Status verify_membership(const Hash& root, BytesView proof, BytesView key, BytesView value) {
  const auto parsed = parse(proof);
  if (!parsed) return refused("proof_malformed", "its bytes are not a CommitmentProof.");
  if (!parsed->has_exist()) return refused("proof_other_kind", "it is not a proof of membership.");
  if (parsed->exist().key() != key) return refused("proof_other_key", "it proves another key.");
  if (parsed->exist().value() != value)
    return refused("proof_other_value", "it proves another value.");
  return verify_existence(root, parsed->exist());
}

Status verify_absence(const Hash& root, BytesView proof, BytesView key) {
  const auto parsed = parse(proof);
  if (!parsed) return refused("proof_malformed", "its bytes are not a CommitmentProof.");
  if (!parsed->has_nonexist()) return refused("proof_other_kind", "it is not a proof of absence.");
  if (key.empty()) return refused("proof_empty_key", "the key is empty.");
  const ExistenceProof* left = parsed->nonexist().has_left() ? &parsed->nonexist().left() : nullptr;
  const ExistenceProof* right =
      parsed->nonexist().has_right() ? &parsed->nonexist().right() : nullptr;
  if (left == nullptr && right == nullptr)
    return refused("proof_not_neighbours", "it shows no neighbour.");
  for (const ExistenceProof* neighbour : {left, right}) {
    if (neighbour == nullptr) continue;
    if (Status status = verify_existence(root, *neighbour); !status.ok()) return status;
  }
  if (left != nullptr && !(BytesView(left->key()) < key))
    return refused("proof_not_between", "the key is not right of its left neighbour.");
  if (right != nullptr && !(key < BytesView(right->key())))
    return refused("proof_not_between", "the key is not left of its right neighbour.");
  if (left == nullptr && !all_on(Side::kLeft, *right, right->path_size()))
    return refused("proof_not_neighbours", "its right neighbour is not the first row.");
  if (right == nullptr && !all_on(Side::kRight, *left, left->path_size()))
    return refused("proof_not_neighbours", "its left neighbour is not the last row.");
  if (left != nullptr && right != nullptr && !are_neighbours(*left, *right))
    return refused("proof_not_neighbours", "a row may stand between its two neighbours.");
  return Done{};
}

}  // namespace astyq::store
