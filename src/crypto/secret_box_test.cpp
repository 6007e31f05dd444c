// SPDX-License-Identifier: Apache-2.0
#include "crypto/secret_box.h"

#include <gtest/gtest.h>

namespace astyq::crypto {
namespace {

const Bytes kSecret(32, 's');

TEST(SecretBox, opens_what_it_sealed_whoever_made_it) {
  const SecretBox one(kSecret, "chunk");
  const SecretBox other(kSecret, "chunk");
  for (const std::size_t size : {0, 1, 16, 1'000, 100'000}) {
    const Bytes message(size, 'm');
    const Bytes box = one.seal(message);
    EXPECT_EQ(box.size(), message.size() + kBoxOverhead);
    EXPECT_EQ(box, other.seal(message));
    EXPECT_EQ(other.open(box), message);
    EXPECT_EQ(box.find("mmmm"), Bytes::npos);
  }
}

TEST(SecretBox, other_messages_have_other_nonces) {
  const SecretBox box(kSecret, "chunk");
  EXPECT_NE(box.seal("a").substr(0, 24), box.seal("b").substr(0, 24));
}

TEST(SecretBox, property_opens_nothing_else) {
  const SecretBox box(kSecret, "chunk");
  const Bytes good = box.seal("what a snapshot holds");
  for (std::size_t i = 0; i < 8 * good.size(); ++i) {
    Bytes bad = good;
    bad[i / 8] = static_cast<char>(bad[i / 8] ^ 1 << i % 8);
    EXPECT_EQ(box.open(bad), std::nullopt) << i;
  }
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_EQ(box.open(good.substr(0, size)), std::nullopt) << size;
  EXPECT_EQ(SecretBox(Bytes(32, 't'), "chunk").open(good), std::nullopt);
  EXPECT_EQ(SecretBox(kSecret, "manifest").open(good), std::nullopt);
}

}  // namespace
}  // namespace astyq::crypto
