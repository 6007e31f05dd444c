// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "suites/faults.h"
#include "suites/ics23_steps.h"
#include "suites/ics23_verify.h"
#include "suites/kinds.h"

// Source: https://github.com/cosmos/ics23, testdata/Test*Data.json and the tests in go/ that read
// them. What a table is of is told by the members of its cases.
namespace astyq::suites {
namespace {

// Go's reader takes names in either case, and the tables make use of it.
bool is_named(std::string_view given, std::string_view name) {
  return std::ranges::equal(given, name, [](char a, char b) { return (a | 0x20) == (b | 0x20); });
}

std::int32_t number_of(const Node& node, std::string_view name) {
  const auto found = node.find(name);
  return found ? static_cast<std::int32_t>(found->number()) : 0;
}

Bytes bytes_of(const Node& node, std::string_view name) {
  const auto found = node.find(name);
  return found ? found->base64() : "";
}

LeafOp leaf_of(const Node& node) {
  return {.hash = number_of(node, "hash"),
          .prehash_key = number_of(node, "prehash_key"),
          .prehash_value = number_of(node, "prehash_value"),
          .length = number_of(node, "length"),
          .prefix = bytes_of(node, "prefix")};
}

InnerOp inner_of(const Node& node) {
  InnerOp inner = {
      .hash = number_of(node, "hash"), .prefix = bytes_of(node, "prefix"), .suffix = {}};
  if (node.has("suffix")) inner.suffix = bytes_of(node, "suffix");
  return inner;
}

ExistenceProof proof_of(const Node& node) {
  ExistenceProof proof = {
      .key = bytes_of(node, "key"), .value = bytes_of(node, "value"), .leaf = {}, .path = {}};
  if (const auto leaf = node.find("leaf")) proof.leaf = leaf_of(*leaf);
  if (const auto path = node.find("path"))
    for (const Node& step : path->elements()) proof.path.push_back(inner_of(step));
  return proof;
}

InnerSpec inner_spec_of(const Node& node) {
  InnerSpec spec = {.child_order = {},
                    .child_size = number_of(node, "child_size"),
                    .min_prefix_length = number_of(node, "min_prefix_length"),
                    .max_prefix_length = number_of(node, "max_prefix_length"),
                    .empty_child = bytes_of(node, "empty_child"),
                    .hash = number_of(node, "hash")};
  if (const auto order = node.find("child_order"))
    for (const Node& branch : order->elements())
      spec.child_order.push_back(static_cast<std::int32_t>(branch.number()));
  return spec;
}

ProofSpec spec_of(const Node& node) {
  ProofSpec spec;
  spec.max_depth = number_of(node, "max_depth");
  spec.min_depth = number_of(node, "min_depth");
  if (const auto leaf = node.find("leaf_spec")) spec.leaf = leaf_of(*leaf);
  if (const auto inner = node.find("inner_spec")) spec.inner = inner_spec_of(*inner);
  const auto prehash = node.find("prehash_key_before_comparison");
  spec.prehash_key_before_comparison = prehash && prehash->flag();
  return spec;
}

struct Verdict {
  std::string expected;
  std::string given;
};

std::string word_of(const Result<Bytes>& result) {
  return result.ok() ? to_hex(*result) : "an error";
}

std::string word_of(const Status& status) {
  return status.ok() ? "allowed" : "an error";
}

// Of a case with IsErr and Expected.
Verdict judge(const Node& one, const Result<Bytes>& given) {
  const bool error = one.at("IsErr").flag();
  return {error ? "an error" : to_hex(bytes_of(one, "Expected")), word_of(given)};
}

Verdict judge_hash(const Node& one) {
  std::string preimage;
  for (const auto& [name, value] : one.members())
    if (is_named(name, "Preimage")) preimage = value.text();
  const auto hash = static_cast<std::int32_t>(one.at("HashOp").number());
  return {to_hex(one.at("ExpectedHash").hex()), word_of(do_hash(hash, preimage))};
}

Verdict judge_empty_branch(const Node& one) {
  const InnerOp step = inner_of(one.at("Op"));
  const ProofSpec spec = spec_of(one.at("Spec"));
  const auto words = [](bool left, bool right) {
    return std::string(left ? "left empty" : "left not empty") +
           (right ? ", right empty" : ", right not empty");
  };
  const std::string expected = words(one.at("IsLeft").flag(), one.at("IsRight").flag());
  if (const Status checked = check_against_spec(step, spec, 1); !checked.ok())
    return {expected, "an error, " + checked.fault().text};
  const auto left = left_branches_are_empty(*spec.inner, step);
  const auto right = right_branches_are_empty(*spec.inner, step);
  if (!left.ok() || !right.ok()) return {expected, "an error"};
  return {expected, words(*left, *right)};
}

Verdict judge_leaf_check(const Node& one) {
  ProofSpec spec;
  spec.leaf = leaf_of(one.at("Spec"));
  return {one.at("IsErr").flag() ? "an error" : "allowed",
          word_of(check_against_spec(leaf_of(one.at("Leaf")), spec))};
}

Verdict judge_proof_check(const Node& one) {
  const std::string error = one.at("Err").text();
  const Status given = check_against_spec(proof_of(one.at("Proof")), spec_of(one.at("Spec")));
  return {error.empty() ? "allowed" : "an error, " + error,
          given.ok() ? "allowed" : "an error, " + given.fault().text};
}

// Nothing for members that no table has. A child, key or value may be null, which is empty.
std::optional<Verdict> judge(const Node& one) {
  if (!one.is_object()) return std::nullopt;
  const auto members = one.members();
  const auto names = [&](std::string_view name) {
    return std::ranges::any_of(members, [&](const auto& member) { return member.first == name; });
  };
  if (names("HashOp")) return judge_hash(one);
  if (names("IsLeft")) return judge_empty_branch(one);
  if (names("Leaf") && names("Spec")) return judge_leaf_check(one);
  if (names("Proof") && names("Spec")) return judge_proof_check(one);
  if (names("Proof")) return judge(one, root_of(proof_of(one.at("Proof"))));
  if (!names("Op")) return std::nullopt;
  if (names("Child")) return judge(one, hash_of(inner_of(one.at("Op")), bytes_of(one, "Child")));
  if (!names("Key")) return std::nullopt;
  const LeafOp leaf = leaf_of(one.at("Op"));
  return judge(one, hash_of(leaf, bytes_of(one, "Key"), bytes_of(one, "Value")));
}

std::vector<std::pair<std::string, Node>> cases_of(const Node& root) {
  if (!root.is_array()) return root.members();
  std::vector<std::pair<std::string, Node>> cases;
  for (const Node& one : root.elements())
    cases.emplace_back("case " + std::to_string(cases.size()), one);
  return cases;
}

}  // namespace

Status run_ics23_unit(const std::string& path, const std::string& text, Report& report) {
  auto document = Document::parse(text, kMalformed);
  if (!document.ok()) return document.fault();
  std::vector<std::pair<std::string, Verdict>> verdicts;
  for (const auto& [name, one] : cases_of(document->root())) {
    const auto verdict = judge(one);
    if (!verdict && verdicts.empty())
      return Fault{kOtherFormat, "it is no table of ICS-23's unit tests"};
    if (!verdict) return Fault{kMalformed, "\"" + name + "\" is a case of no table"};
    verdicts.emplace_back(path + " \"" + name + "\"", *verdict);
  }
  if (Status read = document->status(); !read.ok()) return read;
  for (const auto& [name, verdict] : verdicts) report.expect(name, verdict.expected, verdict.given);
  return Done{};
}

}  // namespace astyq::suites
