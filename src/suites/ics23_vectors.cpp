// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>

#include "store/proof.h"
#include "suites/faults.h"
#include "suites/ics23_verify.h"
#include "suites/kinds.h"

// Source: https://github.com/cosmos/ics23, testdata/{iavl,tendermint,smt}; an empty value stands
// for a proof of absence. Batches hold their keys and values in `items`, as upstream had them to
// 0.11.
namespace astyq::suites {
namespace {

struct Spec {
  std::string_view name;
  const ProofSpec& (*spec)();
};
constexpr Spec kSpecs[] = {{"iavl", iavl_spec}, {"tendermint", tendermint_spec}, {"smt", smt_spec}};

struct Item {
  std::string name;
  Bytes key;
  Bytes value;
};

struct Vectors {
  Bytes root;
  Bytes proof;
  bool batch = false;
  std::vector<Item> items;
};

Item item_of(const Node& node, const std::string& name) {
  const auto value = node.find("value");
  return {name, node.at("key").hex(), value ? value->hex() : ""};
}

Result<Vectors> read(const std::string& path, const std::string& text) {
  auto document = Document::parse(text, kMalformed);
  if (!document.ok()) return document.fault();
  const Node root = document->root();
  Vectors vectors;
  vectors.batch = root.has("items");
  if (!root.has("root") || !root.has("proof") || !(root.has("key") || vectors.batch))
    return Fault{kOtherFormat, "it has no root, proof and key, as proofs of ICS-23 have"};
  vectors.root = root.at("root").hex();
  vectors.proof = root.at("proof").hex();
  if (!vectors.batch) vectors.items.push_back(item_of(root, path));
  if (vectors.batch)
    for (const Node& item : root.at("items").elements())
      vectors.items.push_back(
          item_of(item, path + " item " + std::to_string(vectors.items.size())));
  if (const Status status = document->status(); !status.ok()) return status.fault();
  return vectors;
}

// The folder tells the spec. A file that was taken out of its folder is told by its leaves and, of
// the two specs that share those, by the first byte of its steps: a height in IAVL is even.
const Spec& spec_of(const std::string& path, const CommitmentProof& proof) {
  for (const auto& part : std::filesystem::path(path))
    for (const Spec& spec : kSpecs)
      if (part == spec.name) return spec;
  std::vector<ExistenceProof> all = proof.present;
  for (const NonExistenceProof& one : proof.absent)
    for (const auto& side : {one.left, one.right})
      if (side) all.push_back(*side);
  const auto has = [&](auto property) { return std::ranges::any_of(all, property); };
  if (has([](const auto& one) { return one.leaf && one.leaf->prehash_key == kSha256; }))
    return kSpecs[2];
  const bool iavl = has([](const auto& one) {
    return (one.leaf && one.leaf->prefix.size() > 1) ||
           (!one.path.empty() && !one.path[0].prefix.starts_with('\x01'));
  });
  return kSpecs[iavl ? 0 : 1];
}

std::string word_of(const Status& status) {
  return status.ok() ? "accepted" : "refused, " + status.fault().text;
}

std::string judge(const Spec& spec, const Vectors& vectors, const CommitmentProof& proof,
                  const Item& item) {
  const bool present = !item.value.empty();
  return word_of(present ? verify_membership(spec.spec(), vectors.root, proof, item.key, item.value)
                         : verify_absence(spec.spec(), vectors.root, proof, item.key));
}

std::string judge_by_product(const Vectors& vectors, const Item& item) {
  const auto root = to_array<32>(vectors.root);
  if (!root) return "refused, the root is no SHA-256";
  return word_of(item.value.empty()
                     ? store::verify_absence(*root, vectors.proof, item.key)
                     : store::verify_membership(*root, vectors.proof, item.key, item.value));
}

}  // namespace

Status run_ics23(const std::string& path, const std::string& text, Report& report) {
  const auto vectors = read(path, text);
  if (!vectors.ok()) return vectors.fault();
  const auto proof = decode_proof(vectors->proof);
  const Spec& spec = spec_of(path, proof.value_or(CommitmentProof{}));
  // The product makes and takes single proofs of TendermintSpec.
  const bool by_product = spec.name == "tendermint" && !vectors->batch;
  for (const Item& item : vectors->items) {
    std::string given = proof ? judge(spec, *vectors, *proof, item) : "refused, no CommitmentProof";
    const std::string ours = by_product ? judge_by_product(*vectors, item) : given;
    if (ours != given) given += "; by the product " + ours;
    report.expect(item.name + " (" + std::string(spec.name) + ")", "accepted", given);
  }
  return Done{};
}

}  // namespace astyq::suites
