// SPDX-License-Identifier: Apache-2.0
#include "suites/ics23_verify.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "suites/ics23_steps.h"

namespace astyq::suites {
namespace {

Bytes varint(std::uint64_t unsigned_value) {
  Bytes out;
  append_varint(out, 2 * unsigned_value);
  return out;
}

// Where the three specs differ.
struct Shape {
  const char* name;
  const ProofSpec& (*spec)();
  Bytes leaf_prefix;
  std::function<Bytes(std::uint64_t height)> inner_prefix;
  Bytes before_child;  // IAVL puts the length of a child before it
};

std::vector<Shape> shapes() {
  const auto one = [](std::uint64_t) { return Bytes("\x01"); };
  const auto iavl = [](std::uint64_t height) { return varint(height) + varint(8) + varint(300); };
  return {{"iavl", iavl_spec, varint(0) + varint(1) + varint(300), iavl, "\x20"},
          {"tendermint", tendermint_spec, Bytes(1, '\0'), one, ""},
          {"smt", smt_spec, Bytes(1, '\0'), one, ""}};
}

// Four leaves with the keys k0 .. k3 in the order of their spec, and beside the node above them a
// child of zeros, which is an empty one for SMT.
class Tree {
 public:
  explicit Tree(const Shape& shape) : shape_(shape) {
    for (const char* name : {"apple", "barley", "corn", "durum"}) keys_.emplace_back(name);
    std::ranges::sort(keys_, {}, [&](const Bytes& key) { return order_of(key); });
    for (const Bytes& key : keys_) hashes_.push_back(*root_of(leaf(key)));
    pairs_ = {node(1, hashes_[0], hashes_[1]), node(1, hashes_[2], hashes_[3])};
    root_ = node(3, node(2, pairs_[0], pairs_[1]), kEmpty);
  }

  ExistenceProof proof(std::size_t number) const {
    ExistenceProof out = leaf(keys_[number]);
    out.path = {step(1, number % 2 == 1, hashes_[number ^ 1]),
                step(2, number / 2 == 1, pairs_[number / 2 ^ 1]), step(3, false, kEmpty)};
    return out;
  }
  const Bytes& key(std::size_t number) const { return keys_[number]; }
  const Bytes& root() const { return root_; }
  const ProofSpec& spec() const { return shape_.spec(); }
  Bytes order_of(const Bytes& key) const {
    return spec().prehash_key_before_comparison ? *do_hash(kSha256, key) : key;
  }

 private:
  inline static const Bytes kEmpty = Bytes(32, '\0');

  ExistenceProof leaf(const Bytes& key) const {
    LeafOp op = *spec().leaf;
    op.prefix = shape_.leaf_prefix;
    return {.key = key, .value = "kg of " + key, .leaf = op, .path = {}};
  }
  InnerOp step(std::uint64_t height, bool right, const Bytes& sibling) const {
    const Bytes& before = shape_.before_child;
    InnerOp out = {.hash = kSha256, .prefix = shape_.inner_prefix(height) + before, .suffix = {}};
    if (right)
      out.prefix += sibling + before;
    else
      out.suffix = before + sibling;
    return out;
  }
  Bytes node(std::uint64_t height, const Bytes& left, const Bytes& right) const {
    return *hash_of(step(height, false, right), left);
  }

  const Shape& shape_;
  std::vector<Bytes> keys_;
  std::vector<Bytes> hashes_;
  std::vector<Bytes> pairs_;
  Bytes root_;
};

bool is_present(const Tree& tree, const ExistenceProof& proof) {
  return verify_membership(tree.spec(), tree.root(), {{proof}, {}}, proof.key, proof.value).ok();
}

TEST(Ics23Verify, takes_what_is_there) {
  for (const Shape& shape : shapes()) {
    const Tree tree(shape);
    for (std::size_t i = 0; i < 4; ++i) {
      const ExistenceProof proof = tree.proof(i);
      EXPECT_TRUE(is_present(tree, proof)) << shape.name << i;
      const CommitmentProof all = {{tree.proof(0), tree.proof(1), tree.proof(2), tree.proof(3)},
                                   {}};
      EXPECT_TRUE(verify_membership(tree.spec(), tree.root(), all, proof.key, proof.value).ok());
      EXPECT_FALSE(verify_membership(tree.spec(), tree.root(), all, proof.key, "other").ok());
      EXPECT_FALSE(verify_membership(tree.spec(), tree.root(), all, "other", proof.value).ok());
      EXPECT_FALSE(
          verify_membership(tree.spec(), Bytes(32, 'r'), all, proof.key, proof.value).ok());
    }
  }
}

// Of all pairs of leaves and all keys only neighbours with the key between them.
TEST(Ics23Verify, takes_an_absence_between_neighbours_alone) {
  for (const Shape& shape : shapes()) {
    const Tree tree(shape);
    int taken = 0;
    for (int name = 0; name < 200; ++name) {
      const Bytes key = std::string(1, static_cast<char>('a' + name % 5)) + std::to_string(name);
      const auto before = [&](std::size_t i) {
        return tree.order_of(tree.key(i)) < tree.order_of(key);
      };
      std::size_t place = 0;  // leaves that stand left of the key
      while (place < 4 && before(place)) ++place;
      const auto check = [&](std::optional<std::size_t> left, std::optional<std::size_t> right) {
        NonExistenceProof proof;
        if (left) proof.left = tree.proof(*left);
        if (right) proof.right = tree.proof(*right);
        return verify_absence(tree.spec(), tree.root(), {{}, {proof}}, key).ok();
      };
      for (std::size_t left = 0; left < 4; ++left) {
        for (std::size_t right = 0; right < 4; ++right)
          ASSERT_EQ(check(left, right), right == left + 1 && place == right) << shape.name;
        ASSERT_EQ(check({}, left), left == 0 && place == 0) << shape.name;
        // Right of the last leaf stands a child of zeros: empty for SMT, a node for the others.
        const bool last = left == 3 && place == 4 && !tree.spec().inner->empty_child.empty();
        ASSERT_EQ(check(left, {}), last) << shape.name;
        taken += check({}, left) || check(left, {}) || (left < 3 && check(left, left + 1)) ? 1 : 0;
      }
      ASSERT_FALSE(check({}, {}));
    }
    EXPECT_GT(taken, 100) << shape.name;
  }
}

TEST(Ics23Verify, refuses_forged_steps) {
  for (const Shape& shape : shapes()) {
    const Tree tree(shape);
    const std::function<void(ExistenceProof&)> forgeries[] = {
        [](auto& proof) { proof.leaf.reset(); },
        [](auto& proof) { proof.leaf->hash = kSha512; },
        [](auto& proof) { proof.leaf->length = kFixed32Big; },
        [](auto& proof) { proof.leaf->prehash_value = kNoHash; },
        [](auto& proof) { proof.leaf->prefix = "\x01"; },
        [](auto& proof) { proof.key.clear(); },
        [](auto& proof) { proof.value.clear(); },
        [](auto& proof) { proof.path.pop_back(); },
        [](auto& proof) { proof.path[0].hash = kSha512; },
        [](auto& proof) { std::swap(proof.path[0], proof.path[1]); },
        [](auto& proof) { proof.path[1].prefix[0] = '\0'; },
        [](auto& proof) { *proof.path[1].suffix += Bytes(33, 'x'); },
        [](auto& proof) { proof.path.resize(300, proof.path[2]); },
    };
    int number = 0;
    for (const auto& forge : forgeries) {
      ExistenceProof proof = tree.proof(0);
      ASSERT_TRUE(is_present(tree, proof));
      forge(proof);
      EXPECT_FALSE(is_present(tree, proof)) << shape.name << " " << number;
      ++number;
    }
  }
}

TEST(Ics23Messages, a_batch_and_a_compressed_batch_are_read_as_their_proofs) {
  // entries { exist { key: "k" value: "v" path { hash: 1 prefix: "\1" suffix: "" } } }
  const Bytes inner = Bytes("\x08\x01\x12\x01\x01\x1a\x00", 7);
  const Bytes exist = Bytes("\x0a\x01k\x12\x01v", 6) + "\x22\x07" + inner;
  const Bytes entry = "\x0a" + Bytes(1, static_cast<char>(exist.size())) + exist;
  const Bytes batch = "\x0a" + Bytes(1, static_cast<char>(entry.size())) + entry;
  const Bytes packed = Bytes("\x0a\x0d\x0a\x0b\x0a\x01k\x12\x01v\x22\x03\x00\x00\x00", 15);
  const Bytes compressed = packed + "\x12\x07" + inner;
  for (const auto& [bytes, steps] :
       {std::pair{"\x0a" + Bytes(1, static_cast<char>(exist.size())) + exist, 1},
        {"\x1a" + Bytes(1, static_cast<char>(batch.size())) + batch, 1},
        {"\x22" + Bytes(1, static_cast<char>(compressed.size())) + compressed, 3}}) {
    const auto proof = decode_proof(bytes);
    ASSERT_TRUE(proof) << to_hex(bytes);
    ASSERT_EQ(proof->present.size(), 1u);
    EXPECT_EQ(proof->present[0].key, "k");
    EXPECT_EQ(proof->present[0].value, "v");
    EXPECT_FALSE(proof->present[0].leaf);
    ASSERT_EQ(proof->present[0].path.size(), static_cast<std::size_t>(steps));
    EXPECT_EQ(proof->present[0].path[0].prefix, "\x01");
    EXPECT_EQ(proof->present[0].path[0].suffix, Bytes());
    for (std::size_t size = 1; size < bytes.size(); ++size)
      EXPECT_FALSE(decode_proof(BytesView(bytes).substr(0, size))) << size;
  }
  Bytes beyond = compressed;
  beyond[14] = 1;  // a step that the table does not have
  EXPECT_FALSE(decode_proof("\x22" + Bytes(1, static_cast<char>(beyond.size())) + beyond));
}

}  // namespace
}  // namespace astyq::suites
