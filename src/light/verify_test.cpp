// SPDX-License-Identifier: Apache-2.0
#include "light/verify.h"

#include "light/light_test.h"

namespace astyq::light {
namespace {

using test::kSecondNs;
using test::make_block;
using test::Plan;
using test::Seats;
using test::time_of;

const Seats kOld{{1}, {2}, {3}};
const Seats kNew{{4}, {5}, {6}};

class Step : public testing::Test {
 protected:
  // "" for a success; "-" before the code of one that lacks trust only.
  std::string code(const Plan& plan) const { return code(make_block(plan)); }
  std::string code(const comet::v1::LightBlock& block) const {
    const Judgement judgement = verify(trusted_, block, terms_, now_ns_);
    EXPECT_EQ(judgement.reason.code.empty(), judgement.verdict == Verdict::kSuccess);
    EXPECT_EQ(judgement.reason.code == "light_not_enough_trust",
              judgement.verdict == Verdict::kNotEnoughTrust);
    return judgement.reason.code;
  }
  static Plan plan(std::int64_t height, const Seats& seats, std::vector<int> signers = {}) {
    return {.height = height, .seats = seats, .next = {}, .signers = std::move(signers)};
  }

  Trusted trusted_ =
      trusted_of(make_block({.height = 10, .seats = kOld, .next = kNew, .signers = {}}));
  Terms terms_{.trusting_period_ns = 1'000 * kSecondNs};
  std::int64_t now_ns_ = time_of(100);
};

TEST_F(Step, an_adjacent_block_has_the_set_that_was_to_come) {
  EXPECT_EQ(code(plan(11, kNew)), "");
  EXPECT_EQ(code(plan(11, kOld)), "light_other_validators");
  EXPECT_EQ(code(plan(11, kNew, {4, 5})), "light_too_little_power");
}

TEST_F(Step, a_leap_takes_more_than_a_third_of_the_trusted_power) {
  EXPECT_EQ(code(plan(12, kOld)), "");
  EXPECT_EQ(code(plan(12, kNew)), "light_not_enough_trust");
  // Exactly one of three old ones is not more than a third.
  EXPECT_EQ(code(plan(12, {{1}, {4}, {5}})), "light_not_enough_trust");
  EXPECT_EQ(code(plan(12, {{1}, {2}, {5}, {6}})), "");
  EXPECT_EQ(code(plan(12, {{1}, {2}, {5}, {6}}, {1, 5, 6})), "light_not_enough_trust");
  EXPECT_EQ(code(plan(12, {{1}, {2}, {5}, {6}}, {1, 2})), "light_too_little_power");
  terms_.level = {2, 3};
  EXPECT_EQ(code(plan(12, {{1}, {2}, {5}, {6}})), "light_not_enough_trust");
  EXPECT_EQ(code(plan(12, kOld)), "");
}

// A trusted validator's power is counted once its signature is right, not because its address is
// there.
TEST_F(Step, a_claimed_signature_carries_no_trust) {
  auto block = make_block(plan(12, {{4}, {5}, {6}, {7}}));
  auto& commit = *block.mutable_signed_header()->mutable_commit();
  for (int i = 0; i < 2; ++i)
    commit.mutable_signatures(i)->set_validator_address(test::set_of(kOld).validators(i).address());
  EXPECT_EQ(code(block), "light_other_signer");
  // With the trusted ones in its own set, but signed by a stranger.
  auto forged = make_block(plan(12, kOld));
  auto& vote = *forged.mutable_signed_header()->mutable_commit()->mutable_signatures(1);
  vote.set_signature(Bytes(view(test::key_of(9).sign(wire::precommit_sign_bytes(
      test::kChain, forged.signed_header().commit(), vote.timestamp())))));
  EXPECT_EQ(code(forged), "light_wrong_signature");
}

TEST_F(Step, a_double_vote_ends_it) {
  auto block = make_block(plan(12, kOld));
  auto& commit = *block.mutable_signed_header()->mutable_commit();
  *commit.mutable_signatures(0) = commit.signatures(1);
  EXPECT_EQ(code(block), "light_double_vote");
}

TEST_F(Step, trust_expires) {
  now_ns_ = time_of(10) + terms_.trusting_period_ns - 1;
  EXPECT_EQ(code(plan(11, kNew)), "");
  ++now_ns_;
  EXPECT_EQ(code(plan(11, kNew)), "light_expired");
  EXPECT_EQ(code(plan(12, kNew)), "light_expired");
  now_ns_ = INT64_MAX;
  EXPECT_EQ(code(plan(11, kNew)), "light_expired");
}

TEST_F(Step, clocks_may_differ_by_less_than_the_drift) {
  now_ns_ = time_of(11) - terms_.clock_drift_ns + 1;
  EXPECT_EQ(code(plan(11, kNew)), "");
  --now_ns_;
  EXPECT_EQ(code(plan(11, kNew)), "light_from_future");
}

TEST_F(Step, height_and_time_go_up) {
  EXPECT_EQ(code(plan(10, kOld)), "light_not_later");
  EXPECT_EQ(code(plan(9, kOld)), "light_not_later");
  trusted_.time_ns = time_of(11);
  EXPECT_EQ(code(plan(11, kNew)), "light_not_later");
  trusted_.time_ns = time_of(11) - 1;
  EXPECT_EQ(code(plan(11, kNew)), "");
}

TEST_F(Step, another_chain_is_told) {
  Plan other = plan(11, kNew);
  other.chain_id = "another";
  EXPECT_EQ(code(other), "light_other_network");
}

TEST_F(Step, what_is_no_block_is_refused) {
  auto block = make_block(plan(11, kNew));
  block.mutable_validator_set()->mutable_validators(0)->mutable_pub_key()->set_secp256k1("k");
  EXPECT_EQ(code(block), "light_other_key");
  block = make_block(plan(11, kNew));
  block.clear_validator_set();
  EXPECT_EQ(code(block), "light_no_validators");
  EXPECT_EQ(code(comet::v1::LightBlock()), "light_malformed");
}

TEST_F(Step, before_the_first_block_the_genesis_is_trusted) {
  trusted_ = {test::kChain, 0, time_of(0), test::set_of(kOld),
              Bytes(view(wire::validators_hash(test::set_of(kOld))))};
  EXPECT_EQ(code(plan(1, kOld)), "");
  EXPECT_EQ(code(plan(1, kNew)), "light_other_validators");
  EXPECT_EQ(code(plan(5, kOld)), "");
}

TEST(Terms, levels_below_a_third_are_unsound) {
  EXPECT_TRUE(is_sound({1, 3}));
  EXPECT_TRUE(is_sound({1, 1}));
  EXPECT_FALSE(is_sound({33, 100}));
  EXPECT_FALSE(is_sound({4, 3}));
  EXPECT_FALSE(is_sound({0, 0}));
  EXPECT_FALSE(is_sound({0, 1}));
  EXPECT_TRUE(is_sound({UINT64_MAX, UINT64_MAX}));
}

}  // namespace
}  // namespace astyq::light
