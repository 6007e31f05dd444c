// SPDX-License-Identifier: Apache-2.0
#include "store/proof.h"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <sstream>

#include "astyq/ics23/v1/proofs.pb.h"
#include "support/places.h"
#include "support/store_rows.h"

namespace astyq::store {
namespace {

using namespace test;  // NOLINT: the tests' own names
using ics23::v1::CommitmentProof;

std::string read_text(const std::string& name) {
  std::ifstream file(astyq::test::source_path("data/ics23/tendermint/" + name + ".json"));
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// The hexadecimal value of one field of a flat JSON object.
Bytes field_of(const std::string& json, const std::string& name) {
  const std::size_t at = json.find("\"" + name + "\":");
  if (at == std::string::npos) return "missing field " + name;
  const std::size_t begin = json.find('"', at + name.size() + 3) + 1;
  return from_hex(json.substr(begin, json.find('"', begin) - begin)).value_or("not hexadecimal");
}

CommitmentProof parse(const Bytes& bytes) {
  CommitmentProof proof;
  EXPECT_TRUE(proof.ParseFromString(bytes));
  return proof;
}

Tree tree_of(std::uint64_t count, std::uint64_t step = 1) {
  Changes changes;
  for (std::uint64_t i = 1; i <= count; ++i)
    changes.push_back({key_of(2, i * step), row_of("row " + std::to_string(i))});
  Tree tree;
  tree.apply(std::move(changes));
  return tree;
}

TEST(Proof, AcceptsUpstreamVectors) {
  for (const char* name : {"exist_left", "exist_right"}) {
    const std::string json = read_text(name);
    const auto root = to_array<32>(field_of(json, "root"));
    ASSERT_TRUE(root) << name;
    const Bytes proof = field_of(json, "proof"), key = field_of(json, "key");
    const Status status = verify_membership(*root, proof, key, field_of(json, "value"));
    EXPECT_TRUE(status.ok()) << status.fault().text;
    EXPECT_FALSE(verify_membership(*root, proof, key, "other").ok());
    EXPECT_FALSE(verify_membership(*root, proof, key + "x", field_of(json, "value")).ok());
    EXPECT_FALSE(verify_absence(*root, proof, key).ok());
  }
  for (const char* name : {"nonexist_left", "nonexist_middle"}) {
    const std::string json = read_text(name);
    const auto root = to_array<32>(field_of(json, "root"));
    ASSERT_TRUE(root) << name;
    const Status status = verify_absence(*root, field_of(json, "proof"), field_of(json, "key"));
    EXPECT_TRUE(status.ok()) << status.fault().text;
    EXPECT_FALSE(verify_membership(*root, field_of(json, "proof"), field_of(json, "key"), "").ok());
  }
}

TEST(Proof, EncodesAsUpstreamDoes) {
  const Bytes upstream = field_of(read_text("exist_left"), "proof");
  EXPECT_EQ(parse(upstream).SerializeAsString(), upstream);
}

TEST(Proof, EveryKeyHasExactlyOneKindOfProof) {
  std::mt19937_64 random(3);
  Model model;
  Tree tree;
  for (int batch = 0; batch < 12; ++batch) {
    const Changes changes = random_changes(random, model, batch == 0 ? 1 : 40);
    apply_to(model, changes);
    tree.apply(changes);
    if (model.empty()) continue;
    const Prover prover(tree);
    for (int probe = 0; probe < 100; ++probe) {
      const RowKey key = random_key(random, 220);
      const auto present = model.find(key);
      const auto membership = prover.membership(key);
      const auto absence = prover.absence(key);
      ASSERT_EQ(membership.has_value(), present != model.end());
      ASSERT_EQ(absence.has_value(), present == model.end());
      if (membership) {
        const Bytes value = present->second.committed_value();
        ASSERT_TRUE(verify_membership(tree.root(), *membership, key.bytes(), value).ok());
      } else {
        const Status status = verify_absence(tree.root(), *absence, key.bytes());
        ASSERT_TRUE(status.ok()) << status.fault().text;
      }
    }
  }
}

TEST(Proof, AnEmptyTreeHasNone) {
  const Tree tree;
  EXPECT_FALSE(Prover(tree).membership(key_of(2, 1)));
  EXPECT_FALSE(Prover(tree).absence(key_of(2, 1)));
}

TEST(Proof, NeverEmitsAnEmptySuffix) {
  const Tree tree = tree_of(50);
  for (std::uint64_t i = 1; i <= 50; ++i) {
    const Bytes bytes = *Prover(tree).membership(key_of(2, i));
    const CommitmentProof proof = parse(bytes);
    for (const auto& step : proof.exist().path()) {
      if (!step.suffix().empty()) continue;
      EXPECT_EQ(bytes.find(step.prefix() + Bytes("\x1a\x00", 2)), Bytes::npos);
    }
  }
}

TEST(Proof, RefusesEveryFlippedBit) {
  const Tree tree = tree_of(9, 2);
  const Bytes membership = *Prover(tree).membership(key_of(2, 6));
  const Bytes value = tree.find(key_of(2, 6))->committed_value();
  const Bytes absence = *Prover(tree).absence(key_of(2, 7));
  for (std::size_t bit = 0; bit < 8 * membership.size(); ++bit) {
    Bytes forged = membership;
    forged[bit / 8] = static_cast<char>(forged[bit / 8] ^ 1 << bit % 8);
    EXPECT_FALSE(verify_membership(tree.root(), forged, key_of(2, 6).bytes(), value).ok()) << bit;
  }
  for (std::size_t bit = 0; bit < 8 * absence.size(); ++bit) {
    Bytes forged = absence;
    forged[bit / 8] = static_cast<char>(forged[bit / 8] ^ 1 << bit % 8);
    EXPECT_FALSE(verify_absence(tree.root(), forged, key_of(2, 7).bytes()).ok()) << bit;
  }
}

TEST(Proof, RefusesAnotherRootAndRubbish) {
  const Tree tree = tree_of(5);
  const Bytes proof = *Prover(tree).membership(key_of(2, 3));
  const Bytes value = tree.find(key_of(2, 3))->committed_value();
  EXPECT_TRUE(verify_membership(tree.root(), proof, key_of(2, 3).bytes(), value).ok());
  EXPECT_FALSE(verify_membership(tree_of(6).root(), proof, key_of(2, 3).bytes(), value).ok());
  EXPECT_FALSE(verify_membership(tree.root(), "", key_of(2, 3).bytes(), value).ok());
  EXPECT_FALSE(verify_membership(tree.root(), "rubbish", key_of(2, 3).bytes(), value).ok());
  EXPECT_FALSE(verify_absence(tree.root(), Bytes("\x12\x00", 2), key_of(2, 9).bytes()).ok());
  EXPECT_EQ(verify_absence(tree.root(), "", "k").fault().code, "proof_other_kind");
}

// Two honest existence proofs put together into a proof of absence.
Bytes absence_between(const Tree& tree, std::optional<RowKey> left, std::optional<RowKey> right) {
  CommitmentProof proof;
  auto& absent = *proof.mutable_nonexist();
  if (left) *absent.mutable_left() = parse(*Prover(tree).membership(*left)).exist();
  if (right) *absent.mutable_right() = parse(*Prover(tree).membership(*right)).exist();
  return proof.SerializeAsString();
}

TEST(Proof, RefusesSkippedNeighbours) {
  constexpr std::uint64_t kRows = 20;
  const Tree tree = tree_of(kRows, 2);
  const auto key = [](std::uint64_t i) { return key_of(2, 2 * i); };
  for (std::uint64_t left = 1; left <= kRows; ++left) {
    for (std::uint64_t right = 1; right <= kRows; ++right) {
      const Bytes proof = absence_between(tree, key(left), key(right));
      for (std::uint64_t number = 1; number <= 2 * kRows + 1; ++number) {
        const bool honest = right == left + 1 && number == 2 * left + 1;
        ASSERT_EQ(verify_absence(tree.root(), proof, key_of(2, number).bytes()).ok(), honest);
      }
    }
    const bool first = left == 1, last = left == kRows;
    const Bytes before = absence_between(tree, std::nullopt, key(left));
    EXPECT_EQ(verify_absence(tree.root(), before, key_of(2, 1).bytes()).ok(), first);
    const Bytes after = absence_between(tree, key(left), std::nullopt);
    EXPECT_EQ(verify_absence(tree.root(), after, key_of(2, 2 * kRows + 1).bytes()).ok(), last);
  }
}

TEST(Proof, RefusesPrefixGames) {
  const Tree tree = tree_of(8);
  const RowKey key = key_of(2, 3);
  const Bytes value = tree.find(key)->committed_value();
  const CommitmentProof honest = parse(*Prover(tree).membership(key));
  const auto accepted = [&](const std::function<void(ics23::v1::ExistenceProof&)>& forge) {
    CommitmentProof forged = honest;
    forge(*forged.mutable_exist());
    const auto& exist = forged.exist();
    return verify_membership(tree.root(), forged.SerializeAsString(), exist.key(), exist.value())
        .ok();
  };
  EXPECT_TRUE(accepted([](auto&) {}));
  // The same hashed bytes, cut elsewhere between the leaf's prefix and its key.
  EXPECT_FALSE(accepted([](auto& proof) {
    proof.mutable_leaf()->set_prefix(Bytes(1, '\0') + Bytes(1, '\x09') + proof.key().substr(0, 1));
    proof.set_key(proof.key().substr(1));
  }));
  // An inner node shown as a leaf, and a leaf's hash as a step.
  EXPECT_FALSE(accepted([](auto& proof) { proof.mutable_leaf()->set_prefix(Bytes(1, '\x01')); }));
  EXPECT_FALSE(accepted(
      [](auto& proof) { proof.mutable_path(0)->mutable_prefix()->replace(0, 1, Bytes(1, '\0')); }));
  // Steps that go up from neither side, or from the other one.
  EXPECT_FALSE(accepted([](auto& proof) {
    for (auto& step : *proof.mutable_path()) step.set_prefix(step.prefix() + step.suffix());
  }));
  EXPECT_FALSE(accepted([](auto& proof) {
    for (auto& step : *proof.mutable_path()) step.set_suffix(step.suffix() + Bytes(32, 'x'));
  }));
  EXPECT_FALSE(accepted([](auto& proof) { proof.mutable_path(0)->set_hash({}); }));
  EXPECT_FALSE(accepted([](auto& proof) { proof.clear_leaf(); }));
  EXPECT_FALSE(accepted([](auto& proof) { proof.clear_path(); }));
  EXPECT_FALSE(accepted([](auto& proof) { proof.clear_key(); }));
  EXPECT_FALSE(accepted([](auto& proof) { proof.clear_value(); }));
}

TEST(Proof, RefusesAnEmptyKeyOrValueThatHashesToTheRoot) {
  // A tree of one leaf with an empty value: its hash is right, and still it is no proof.
  CommitmentProof proof;
  auto& exist = *proof.mutable_exist();
  exist.set_key("key");
  exist.mutable_leaf()->set_hash(ics23::v1::HASH_OP_SHA256);
  exist.mutable_leaf()->set_prehash_value(ics23::v1::HASH_OP_SHA256);
  exist.mutable_leaf()->set_length(ics23::v1::LENGTH_OP_VAR_PROTO);
  exist.mutable_leaf()->set_prefix(Bytes(1, '\0'));
  const Bytes value_hash(view(crypto::sha256("")));
  const Hash root = crypto::sha256(Bytes("\0\x03key\x20", 6) + value_hash);
  EXPECT_FALSE(verify_membership(root, proof.SerializeAsString(), "key", "").ok());
  const Bytes some_hash(view(crypto::sha256("v")));
  exist.set_key("");
  exist.set_value("v");
  const Hash keyless = crypto::sha256(Bytes("\0\0\x20", 3) + some_hash);
  EXPECT_FALSE(verify_membership(keyless, proof.SerializeAsString(), "", "v").ok());
}

TEST(Proof, RefusesAPathOfMoreThan128Steps) {
  // Every key differs from zero in one bit: the tree is a chain, as hostile raw keys could make it.
  for (const unsigned bits : {128u, 129u, 200u}) {
    Tree tree;
    const Bytes zero(41, '\0');
    tree.apply({{RowKey(zero), row_of("zero")}});
    for (unsigned bit = 0; bit < bits; ++bit) {
      Bytes bytes = zero;
      bytes[bit / 8] = static_cast<char>(0x80 >> bit % 8);
      tree.apply({{RowKey(bytes), row_of("row")}});
    }
    const Bytes proof = *Prover(tree).membership(RowKey(zero));
    const Bytes value = row_of("zero").committed_value();
    EXPECT_EQ(verify_membership(tree.root(), proof, zero, value).ok(), bits == 128) << bits;
  }
}

}  // namespace
}  // namespace astyq::store
