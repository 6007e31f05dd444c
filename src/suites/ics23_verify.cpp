// SPDX-License-Identifier: Apache-2.0
#include "suites/ics23_verify.h"

#include <algorithm>
#include <span>

#include "suites/ics23_steps.h"

namespace astyq::suites {
namespace {

constexpr std::size_t kDefaultMaxDepth = 128;

// How many bytes stand before and after the child of a branch.
struct Padding {
  std::size_t min_prefix;
  std::size_t max_prefix;
  std::size_t suffix;

  bool fits(const InnerOp& step) const {
    return step.prefix.size() >= min_prefix && step.prefix.size() <= max_prefix &&
           step.suffix_bytes().size() == suffix;
  }
};

// Requires of a spec from here on: child_size above 0 and prefix lengths of 0 or more, as
// check_against_spec has made sure of.
std::size_t size_of(std::int32_t value) {
  return static_cast<std::size_t>(std::max(value, 0));
}

// Where a branch stands among the children.
std::optional<std::size_t> position_of(const InnerSpec& spec, std::size_t branch) {
  const auto found = std::ranges::find(spec.child_order, static_cast<std::int32_t>(branch));
  if (found == spec.child_order.end()) return std::nullopt;
  return static_cast<std::size_t>(found - spec.child_order.begin());
}

std::optional<Padding> padding_of(const InnerSpec& spec, std::size_t branch) {
  const auto position = position_of(spec, branch);
  if (!position) return std::nullopt;
  const std::size_t before = *position * size_of(spec.child_size);
  const std::size_t after = (spec.child_order.size() - 1 - *position) * size_of(spec.child_size);
  return Padding{before + size_of(spec.min_prefix_length), before + size_of(spec.max_prefix_length),
                 after};
}

// Which branch a step goes up from.
Result<std::size_t> branch_of(const InnerSpec& spec, const InnerOp& step) {
  for (std::size_t branch = 0; branch < spec.child_order.size(); ++branch) {
    const auto padding = padding_of(spec, branch);
    if (!padding) return refused("branch " + std::to_string(branch) + " not found in order");
    if (padding->fits(step)) return branch;
  }
  return refused("cannot find any valid spacing for this node");
}

// Whether `bytes` are the first `count` children in their order, all empty. Like upstream, which
// takes the children right of a branch for the first ones: no known spec has more than two.
Result<bool> are_empty(const InnerSpec& spec, std::size_t count, BytesView bytes) {
  const std::size_t size = size_of(spec.child_size);
  if (count == 0 || bytes.size() != count * size) return false;
  for (std::size_t branch = 0; branch < count; ++branch) {
    const auto position = position_of(spec, branch);
    if (!position) return refused("branch " + std::to_string(branch) + " not found in order");
    if (*position >= count || bytes.substr(*position * size, size) != spec.empty_child)
      return false;
  }
  return true;
}

using Path = std::span<const InnerOp>;

// Whether a path is the outermost of its tree on one side, empty children apart.
Result<bool> is_outermost(const InnerSpec& spec, Path path, bool left) {
  const auto padding = padding_of(spec, left ? 0 : spec.child_order.size() - 1);
  if (!padding) return refused("a branch is not found in order");
  for (const InnerOp& step : path) {
    if (padding->fits(step)) continue;
    auto empty = left ? left_branches_are_empty(spec, step) : right_branches_are_empty(spec, step);
    if (!empty.ok() || !*empty) return empty;
  }
  return true;
}

// Whether no leaf can stand between two paths of one tree.
Result<bool> are_neighbours(const InnerSpec& spec, Path left, Path right) {
  while (!left.empty() && !right.empty() && left.back().prefix == right.back().prefix &&
         left.back().suffix_bytes() == right.back().suffix_bytes()) {
    left = left.first(left.size() - 1);
    right = right.first(right.size() - 1);
  }
  if (left.empty() || right.empty()) return refused("the paths do not part");
  const auto left_branch = branch_of(spec, left.back());
  if (!left_branch.ok()) return left_branch.fault();
  const auto right_branch = branch_of(spec, right.back());
  if (!right_branch.ok()) return right_branch.fault();
  if (right_branch.value() != left_branch.value() + 1) return false;
  auto below_left = is_outermost(spec, left.first(left.size() - 1), false);
  if (!below_left.ok() || !*below_left) return below_left;
  return is_outermost(spec, right.first(right.size() - 1), true);
}

Status verify(const ExistenceProof& proof, const ProofSpec& spec, BytesView root) {
  if (Status checked = check_against_spec(proof, spec); !checked.ok()) return checked;
  const auto calculated = root_of(proof, &spec);
  if (!calculated.ok()) return refused("error calculating root, " + calculated.fault().text);
  if (*calculated != root) return refused("calculated root doesn't match provided root");
  return Done{};
}

// What keys are ordered by.
Bytes order_of(const ProofSpec& spec, BytesView key) {
  if (!spec.prehash_key_before_comparison) return Bytes(key);
  const auto hashed = do_hash_or_none(spec.leaf->prehash_key, key);
  return hashed.ok() ? *hashed : Bytes();
}

Status verify_neighbours(const NonExistenceProof& proof, const InnerSpec& spec) {
  const auto right = [&] { return Path(proof.right->path); };
  const auto left = [&] { return Path(proof.left->path); };
  const auto fits = !proof.left    ? is_outermost(spec, right(), true)
                    : !proof.right ? is_outermost(spec, left(), false)
                                   : are_neighbours(spec, left(), right());
  if (!fits.ok()) return fits.fault();
  if (*fits) return Done{};
  if (!proof.left) return refused("left proof missing, right proof must be left-most");
  if (!proof.right) return refused("right proof missing, left proof must be right-most");
  return refused("left proof is not the neighbour of the right proof");
}

Status verify(const NonExistenceProof& proof, const ProofSpec& spec, BytesView root,
              BytesView key) {
  if (!proof.left && !proof.right) return refused("both left and right proofs missing");
  if (proof.left)
    if (Status left = verify(*proof.left, spec, root); !left.ok())
      return refused("left proof, " + left.fault().text);
  if (proof.right)
    if (Status right = verify(*proof.right, spec, root); !right.ok())
      return refused("right proof, " + right.fault().text);
  const Bytes order = order_of(spec, key);
  if (proof.right && order >= order_of(spec, proof.right->key))
    return refused("key is not left of right proof");
  if (proof.left && order <= order_of(spec, proof.left->key))
    return refused("key is not right of left proof");
  return verify_neighbours(proof, *spec.inner);
}

}  // namespace

Result<Bytes> root_of(const ExistenceProof& proof, const ProofSpec* spec) {
  if (!proof.leaf) return refused("existence Proof needs defined LeafOp");
  auto hash = hash_of(*proof.leaf, proof.key, proof.value);
  if (!hash.ok()) return refused("leaf, " + hash.fault().text);
  for (const InnerOp& step : proof.path) {
    hash = hash_of(step, *hash);
    if (!hash.ok()) return refused("inner, " + hash.fault().text);
    const std::size_t child = spec == nullptr ? 0 : size_of(spec->inner->child_size);
    if (child >= 32 && hash->size() > child) return refused("inner, a hash is too long");
  }
  return hash;
}

Status check_against_spec(const ExistenceProof& proof, const ProofSpec& spec) {
  if (!proof.leaf) return refused("existence Proof needs defined LeafOp");
  if (const Status leaf = check_against_spec(*proof.leaf, spec); !leaf.ok())
    return refused("leaf, " + leaf.fault().text);
  const std::string depth = std::to_string(proof.path.size());
  if (spec.min_depth > 0 && proof.path.size() < size_of(spec.min_depth))
    return refused("innerOps depth too short: " + depth);
  const std::size_t most = spec.max_depth == 0 ? kDefaultMaxDepth : size_of(spec.max_depth);
  if (proof.path.size() > most) return refused("innerOps depth too long: " + depth);
  std::int64_t layer = 0;
  for (const InnerOp& step : proof.path)
    if (const Status inner = check_against_spec(step, spec, ++layer); !inner.ok())
      return refused("inner, " + inner.fault().text);
  return Done{};
}

Result<bool> left_branches_are_empty(const InnerSpec& spec, const InnerOp& step) {
  const auto branch = branch_of(spec, step);
  if (!branch.ok()) return branch.fault();
  const std::size_t size = branch.value() * size_of(spec.child_size);
  const BytesView prefix = step.prefix;
  if (size > prefix.size()) return false;
  return are_empty(spec, branch.value(), prefix.substr(prefix.size() - size));
}

Result<bool> right_branches_are_empty(const InnerSpec& spec, const InnerOp& step) {
  const auto branch = branch_of(spec, step);
  if (!branch.ok()) return branch.fault();
  return are_empty(spec, spec.child_order.size() - 1 - branch.value(), step.suffix_bytes());
}

Status verify_membership(const ProofSpec& spec, BytesView root, const CommitmentProof& proof,
                         BytesView key, BytesView value) {
  Status last = refused("no proof of membership is of this key");
  for (const ExistenceProof& one : proof.present) {
    if (one.key != key) continue;
    last = one.value == value ? verify(one, spec, root)
                              : Status(refused("provided value doesn't match proof"));
    if (last.ok()) break;
  }
  return last;
}

Status verify_absence(const ProofSpec& spec, BytesView root, const CommitmentProof& proof,
                      BytesView key) {
  Status last = refused("it is no proof of absence");
  for (const NonExistenceProof& one : proof.absent) {
    last = verify(one, spec, root, key);
    if (last.ok()) break;
  }
  return last;
}

}  // namespace astyq::suites
