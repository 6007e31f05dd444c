// SPDX-License-Identifier: Apache-2.0
#include "crypto/sha256.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <random>
#include <vector>

#include "crypto/sha256_kernel.h"
#include "support/vectors.h"

namespace astyq::crypto {
namespace {

Bytes random_bytes(std::mt19937_64& random, std::size_t size) {
  Bytes bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

Hash random_hash(std::mt19937_64& random) {
  return *to_array<32>(random_bytes(random, 32));
}

Hash openssl_sha256(BytesView bytes) {
  Hash hash;
  unsigned size = 0;
  EXPECT_EQ(EVP_Digest(bytes.data(), bytes.size(), hash.data(), &size, EVP_sha256(), nullptr), 1);
  EXPECT_EQ(size, hash.size());
  return hash;
}

// Every test runs with the portable kernel and with the best that the processor has.
class Sha256Test : public testing::TestWithParam<bool> {
 protected:
  const Sha256Kernel& kernel() const { return GetParam() ? portable_sha256() : best_sha256(); }
};
INSTANTIATE_TEST_SUITE_P(Kernels, Sha256Test, testing::Bool(),
                         [](const auto& portable) { return portable.param ? "Portable" : "Best"; });

TEST_P(Sha256Test, NamesItsKernel) {
  const std::string best = sha_ni_sha256() != nullptr ? "sha_ni" : "portable";
  EXPECT_EQ(name_of(kernel()), GetParam() ? "portable" : best);
}

TEST_P(Sha256Test, EveryLengthToFiveBlocksAgreesWithOpenSsl) {
  std::mt19937_64 random(1);
  for (std::size_t size = 0; size <= 320; ++size) {
    const Bytes bytes = random_bytes(random, size);
    ASSERT_EQ(sha256(bytes, kernel()), openssl_sha256(bytes)) << size;
  }
}

TEST_P(Sha256Test, PiecesGiveTheHashOfTheWhole) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 500; ++i) {
    const Bytes bytes = random_bytes(random, random() % 2'000);
    Sha256 hash(kernel());
    BytesView rest = bytes;
    while (!rest.empty()) {
      const BytesView piece = rest.substr(0, random() % 150);
      hash.update(piece);
      rest.remove_prefix(piece.size());
    }
    ASSERT_EQ(hash.finish(), openssl_sha256(bytes));
  }
}

TEST_P(Sha256Test, WycheproofHmac) {
  const auto file = test::read_json("data/crypto/wycheproof/hmac_sha256_test.json");
  int cases = 0;
  for (const auto& group : file.at("testGroups").as_array()) {
    const auto tag_bytes = static_cast<std::size_t>(group.at("tagSize").as_int64() / 8);
    for (const auto& one : group.at("tests").as_array()) {
      const Hash tag = hmac_sha256(test::unhex(one, "key"), test::unhex(one, "msg"), kernel());
      const bool equal = view(tag).substr(0, tag_bytes) == test::unhex(one, "tag");
      EXPECT_EQ(equal, one.at("result") == "valid") << one.at("tcId").as_int64();
      ++cases;
    }
  }
  EXPECT_EQ(cases, 174);
}

TEST_P(Sha256Test, InnerNodeIsThePrefixedHash) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 100; ++i) {
    const Hash left = random_hash(random);
    const Hash right = random_hash(random);
    EXPECT_EQ(inner_node(left, right, kernel()),
              openssl_sha256("\x01" + Bytes(view(left)) + Bytes(view(right))));
  }
}

TEST_P(Sha256Test, ManyInnerNodesAreThoseOfEach) {
  std::mt19937_64 random(4);
  for (std::size_t count = 0; count <= 33; ++count) {
    std::vector<std::array<std::uint8_t, 64>> pairs(count);
    std::vector<Hash> expected(count), out(count);
    for (std::size_t i = 0; i < count; ++i) {
      const Bytes pair = random_bytes(random, 64);
      pairs[i] = *to_array<64>(pair);
      expected[i] = openssl_sha256("\x01" + pair);
    }
    inner_nodes(pairs, out, kernel());
    EXPECT_EQ(out, expected) << count;
  }
}

TEST(Sha256Kernels, GiveTheSameBytes) {
  const Sha256Kernel* const fast = sha_ni_sha256();
  if (fast == nullptr) GTEST_SKIP() << "this processor has no SHA instructions";
  std::mt19937_64 random(5);
  for (int i = 0; i < 2'000; ++i) {
    const std::size_t blocks = random() % 5;
    const Bytes first = random_bytes(random, 64 * blocks);
    const Bytes second = random_bytes(random, 64 * blocks);
    const auto* const first_blocks = reinterpret_cast<const std::uint8_t*>(first.data());
    const auto* const second_blocks = reinterpret_cast<const std::uint8_t*>(second.data());
    Sha256Kernel::State start;
    for (std::uint32_t& word : start) word = static_cast<std::uint32_t>(random());
    Sha256Kernel::State slow_first = start, slow_second = kSha256Start;
    portable_sha256().compress(slow_first, first_blocks, blocks);
    portable_sha256().compress(slow_second, second_blocks, blocks);
    Sha256Kernel::State one = start, two_first = start, two_second = kSha256Start;
    fast->compress(one, first_blocks, blocks);
    fast->compress_two(two_first, first_blocks, two_second, second_blocks, blocks);
    ASSERT_EQ(one, slow_first);
    ASSERT_EQ(two_first, slow_first);
    ASSERT_EQ(two_second, slow_second);
  }
}

// RFC 6962 §2.1 word for word: split at the largest power of two below the count.
Hash root_by_definition(std::span<const Bytes> leaves) {
  if (leaves.empty()) return openssl_sha256("");
  if (leaves.size() == 1) return openssl_sha256(Bytes(1, '\0') + leaves[0]);
  std::size_t split = 1;
  while (2 * split < leaves.size()) split *= 2;
  const Hash left = root_by_definition(leaves.first(split));
  const Hash right = root_by_definition(leaves.subspan(split));
  return openssl_sha256("\x01" + Bytes(view(left)) + Bytes(view(right)));
}

TEST_P(Sha256Test, MerkleRootIsThatOfRfc6962) {
  std::mt19937_64 random(6);
  std::vector<Bytes> leaves;
  for (int count = 0; count <= 70; ++count) {
    ASSERT_EQ(merkle_root(leaves, kernel()), root_by_definition(leaves)) << count;
    leaves.push_back(random_bytes(random, random() % 90));
  }
}

// The tree that Certificate Transparency's reference implementations test with.
TEST_P(Sha256Test, MerkleRootOfThePublishedTree) {
  const std::vector<Bytes> leaves = {"",         Bytes(1, '\0'), "\x10",     "\x20\x21",
                                     "\x30\x31", "@ABC",         "PQRSTUVW", "`abcdefghijklmno"};
  EXPECT_EQ(to_hex(view(merkle_root({}, kernel()))),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(view(merkle_root(std::span(leaves).first(1), kernel()))),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  EXPECT_EQ(to_hex(view(merkle_root(leaves, kernel()))),
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
}

}  // namespace
}  // namespace astyq::crypto
