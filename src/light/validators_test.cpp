// SPDX-License-Identifier: Apache-2.0
#include "light/validators.h"

#include "light/light_test.h"

namespace astyq::light {
namespace {

using test::code_of;
using test::set_of;

TEST(Validators, a_set_is_taken) {
  const auto set = set_of({{1, 10}, {2, 7}, {3, 7}});
  EXPECT_EQ(code_of(check_validators(set)), "");
  EXPECT_EQ(total_power(set), 24);
  // An address follows from its key.
  auto bare = set;
  for (auto& validator : *bare.mutable_validators()) validator.clear_address();
  EXPECT_EQ(code_of(check_validators(bare)), "");
}

TEST(Validators, what_is_no_set_is_refused) {
  const auto after = [](const auto& change) {
    auto set = set_of({{1, 10}, {2, 7}});
    change(set);
    return code_of(check_validators(set));
  };
  EXPECT_EQ(after([](auto&) {}), "");
  EXPECT_EQ(after([](auto& set) { set.clear_validators(); }), "light_no_validators");
  EXPECT_EQ(after([](auto& set) { set.mutable_validators(0)->set_voting_power(0); }),
            "light_wrong_validator");
  EXPECT_EQ(after([](auto& set) { set.mutable_validators(0)->set_voting_power(-1); }),
            "light_wrong_validator");
  EXPECT_EQ(after([](auto& set) { set.mutable_validators(0)->set_address(Bytes(20, 'a')); }),
            "light_wrong_validator");
  EXPECT_EQ(after([](auto& set) { *set.add_validators() = set.validators(1); }),
            "light_wrong_validator");
  EXPECT_EQ(after([](auto& set) {
              set.mutable_validators(0)->mutable_pub_key()->set_ed25519(Bytes(31, 'k'));
            }),
            "light_wrong_validator");
  EXPECT_EQ(after([](auto& set) {
              set.mutable_validators(0)->mutable_pub_key()->set_secp256k1(Bytes(33, 'k'));
            }),
            "light_other_key");
  EXPECT_EQ(after([](auto& set) { set.mutable_validators(0)->clear_pub_key(); }),
            "light_other_key");
  EXPECT_EQ(after([](auto& set) {
              while (set.validators_size() <= kMostValidators) set.add_validators();
            }),
            "light_no_validators");
}

TEST(Validators, powers_stay_below_an_eighth_of_what_64_bits_hold) {
  auto set = set_of({{1, kMostTotalPower - 7}, {2, 7}});
  EXPECT_EQ(code_of(check_validators(set)), "");
  set.mutable_validators(1)->set_voting_power(8);
  EXPECT_EQ(code_of(check_validators(set)), "light_too_much_power");
  set.mutable_validators(1)->set_voting_power(INT64_MAX);
  EXPECT_EQ(code_of(check_validators(set)), "light_too_much_power");
}

TEST(Validators, a_fraction_is_exceeded_exactly) {
  EXPECT_FALSE(is_more_than({2, 3}, {2, 3}));
  EXPECT_TRUE(is_more_than({3, 3}, {2, 3}));
  EXPECT_FALSE(is_more_than({66, 100}, {2, 3}));
  EXPECT_TRUE(is_more_than({67, 100}, {2, 3}));
  EXPECT_FALSE(is_more_than({33, 100}, {1, 3}));
  EXPECT_TRUE(is_more_than({34, 100}, {1, 3}));
  EXPECT_FALSE(is_more_than({100, 100}, {1, 1}));
  // 2/3 of the largest set, where 64 bits would not hold the product.
  EXPECT_FALSE(is_more_than({kMostTotalPower / 3 * 2, kMostTotalPower / 3 * 3}, {2, 3}));
  EXPECT_TRUE(is_more_than({kMostTotalPower / 3 * 2 + 1, kMostTotalPower / 3 * 3}, {2, 3}));
  EXPECT_FALSE(is_more_than({kMostTotalPower / 3, kMostTotalPower / 3 * 3},
                            {UINT64_MAX / 3, UINT64_MAX / 3 * 3}));
}

}  // namespace
}  // namespace astyq::light
