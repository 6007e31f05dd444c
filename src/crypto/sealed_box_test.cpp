// SPDX-License-Identifier: Apache-2.0
#include "crypto/sealed_box.h"

#include <gtest/gtest.h>

namespace astyq::crypto {
namespace {

Ed25519Key key_of(std::uint8_t number) {
  Ed25519Key::Seed seed{};
  seed[0] = number;
  return Ed25519Key(seed);
}

TEST(SealedBox, one_reader_opens_it) {
  const ReaderKey bank(key_of(1));
  const ReaderKey other(key_of(2));
  for (const Bytes& message : {Bytes(), Bytes("a"), Bytes(70'000, 'x')}) {
    const auto box = seal(bank.public_key(), message);
    ASSERT_TRUE(box);
    EXPECT_EQ(bank.open(*box), message);
    EXPECT_FALSE(other.open(*box));
    EXPECT_NE(*seal(bank.public_key(), message), *box);  // nobody sees that two are alike
  }
}

TEST(SealedBox, any_changed_byte_closes_it) {
  const ReaderKey bank(key_of(1));
  const Bytes box = *seal(bank.public_key(), "holder 7");
  for (std::size_t i = 0; i < box.size(); ++i) {
    Bytes changed = box;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(bank.open(changed)) << i;
    EXPECT_FALSE(bank.open(BytesView(box).substr(0, i))) << i;
  }
}

TEST(SealedBox, a_key_that_is_no_point_of_worth_is_refused) {
  EXPECT_FALSE(seal(ReaderPublicKey{}, "x"));
}

// The same secret gives the same reader key in every release, and it is not the signing key.
TEST(SealedBox, a_reader_key_is_the_signing_keys_own) {
  EXPECT_EQ(ReaderKey(key_of(1)).public_key(), ReaderKey(key_of(1)).public_key());
  EXPECT_NE(ReaderKey(key_of(1)).public_key(), ReaderKey(key_of(2)).public_key());
  EXPECT_NE(ReaderKey(key_of(1)).public_key(), key_of(1).public_key());
}

}  // namespace
}  // namespace astyq::crypto
