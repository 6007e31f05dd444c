// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "crypto/p256.h"
#include "crypto/sha256.h"
#include "suites/der.h"
#include "support/vectors.h"

namespace astyq::suites {
namespace {

Bytes compressed(BytesView uncompressed) {
  const bool odd = (uncompressed.back() & 1) != 0;
  return (odd ? "\x03" : "\x02") + Bytes(uncompressed.substr(1, 32));
}

// The suite judges the primitive, the ledger also by s.
TEST(Wycheproof, a_transaction_takes_the_valid_signatures_with_low_s) {
  const auto file =
      test::read_json("data/crypto/wycheproof/ecdsa_secp256r1_sha256_test.two_thirds.json");
  int low = 0;
  int high = 0;
  for (const auto& group : file.at("testGroups").as_array()) {
    const Bytes key = compressed(test::unhex(group.at("publicKey"), "uncompressed"));
    for (const auto& one : group.at("tests").as_array()) {
      const Bytes message = test::unhex(one, "msg");
      const auto raw = raw_signature_of(test::unhex(one, "sig"));
      if (!raw) continue;
      const bool valid = one.at("result") == "valid";
      EXPECT_EQ(crypto::p256_verify_digest(key, *raw, crypto::sha256(message)), valid);
      const bool has_low_s = crypto::p256_has_low_s(*raw);
      EXPECT_EQ(crypto::p256_verify(key, *raw, message), valid && has_low_s);
      ++(has_low_s ? low : high);
    }
  }
  EXPECT_GT(low, 30);
  EXPECT_GT(high, 30);
}

TEST(Der, has_one_encoding_of_a_signature) {
  const Bytes one = test::unhex("3006020101020102");
  EXPECT_EQ(raw_signature_of(one), Bytes(31, '\0') + '\1' + Bytes(31, '\0') + '\2');
  for (const char* hex : {
           "", "30",
           "3006020101020102ff",  // bytes after the end
           "3007020101020102ff",  // bytes after s
           "308106020101020102",  // a length longer than need be
           "300702020001020102",  // a number longer than need be
           "3006020181020102",    // a negative number
           "30050200020102",      // a number of no bytes
           "3003020101",          // no s
           "3106020101020102",    // no sequence
       }) {
    EXPECT_FALSE(raw_signature_of(test::unhex(hex))) << hex;
  }
  const Bytes wide = test::unhex("022100") + Bytes(32, '\xff');
  EXPECT_TRUE(raw_signature_of(test::unhex("3026") + wide + test::unhex("020101")));
  const Bytes too_wide = test::unhex("0221") + Bytes(33, '\x01');
  EXPECT_FALSE(raw_signature_of(test::unhex("3026") + too_wide + test::unhex("020101")));
}

}  // namespace
}  // namespace astyq::suites
