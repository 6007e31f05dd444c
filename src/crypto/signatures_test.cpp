// SPDX-License-Identifier: Apache-2.0
#include "crypto/signatures.h"

#include <gtest/gtest.h>

namespace astyq::crypto {
namespace {

TEST(SignedMessage, IsTheBytesOfItsGrammar) {
  Hash body_hash;
  for (std::size_t i = 0; i < body_hash.size(); ++i) body_hash[i] = static_cast<std::uint8_t>(i);
  EXPECT_EQ(to_hex(signed_message("kz-1", body_hash)),
            "61737479712f74782f31"
            "046b7a2d31"
            "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
}

TEST(SignedMessage, DiffersByNetwork) {
  EXPECT_NE(signed_message("kz-1", Hash{}), signed_message("kz-2", Hash{}));
  EXPECT_EQ(signed_message(std::string(255, 'n'), Hash{}).size(), 10U + 1 + 255 + 32);
}

TEST(PossessionMessage, IsTheBytesOfItsGrammar) {
  const Bytes key(32, '\x7f');
  const std::string party_and_key = "0000000000000102" + to_hex(key);
  EXPECT_EQ(to_hex(validator_possession_message(0x102, key)),
            "61737479712f76616c696461746f722f31" + party_and_key);
  EXPECT_EQ(to_hex(node_possession_message(0x102, key)),
            "61737479712f6e6f64652f31" + party_and_key);
}

TEST(SignedMessageDeathTest, WantsANetworkIdOfPossibleSize) {
  EXPECT_DEATH(signed_message("", Hash{}), "CHECK failed");
  EXPECT_DEATH(signed_message(std::string(256, 'n'), Hash{}), "CHECK failed");
}

}  // namespace
}  // namespace astyq::crypto
