// SPDX-License-Identifier: Apache-2.0
#include "light/commit.h"

#include <functional>

#include "light/light_test.h"
#include "light/validators.h"

namespace astyq::light {
namespace {

using test::code_of;
using test::make_block;
using test::Plan;

const Plan kFour{.height = 7, .seats = {{1}, {2}, {3}, {4}}, .next = {}, .signers = {}};

std::string code_of_block(const comet::v1::LightBlock& block) {
  const Status form = check_form(block.signed_header());
  if (!form.ok()) return code_of(form);
  return code_of(check_commit(block.signed_header(), block.validator_set()));
}

std::string code_after(const std::function<void(comet::v1::LightBlock&)>& change) {
  auto block = make_block(kFour);
  change(block);
  return code_of_block(block);
}

comet::v1::CommitSig& vote(comet::v1::LightBlock& block, int place) {
  return *block.mutable_signed_header()->mutable_commit()->mutable_signatures(place);
}

TEST(Commit, more_than_two_thirds_of_the_power_sign) {
  EXPECT_EQ(code_after([](auto&) {}), "");
  Plan plan = kFour;
  plan.signers = {1, 2, 4};
  EXPECT_EQ(code_of_block(make_block(plan)), "");
  plan.signers = {1, 4};
  EXPECT_EQ(code_of_block(make_block(plan)), "light_too_little_power");
  // Power counts, not heads: 20 of 30 are two thirds, 21 of 31 are more.
  plan.seats = {{1, 20}, {2, 5}, {3, 5}};
  plan.signers = {1};
  EXPECT_EQ(code_of_block(make_block(plan)), "light_too_little_power");
  plan.seats = {{1, 21}, {2, 5}, {3, 5}};
  EXPECT_EQ(code_of_block(make_block(plan)), "");
}

TEST(Commit, a_later_round_is_signed_as_such) {
  Plan plan = kFour;
  plan.round = 3;
  auto block = make_block(plan);
  EXPECT_EQ(code_of_block(block), "");
  block.mutable_signed_header()->mutable_commit()->set_round(2);
  EXPECT_EQ(code_of_block(block), "light_wrong_signature");
  block.mutable_signed_header()->mutable_commit()->set_round(0x8000'0000);
  EXPECT_EQ(code_of_block(block), "light_malformed");
}

TEST(Commit, votes_for_nothing_carry_no_power) {
  // One of four may vote for nil, and what it signed is not looked at; two may not.
  const auto vote_nil = [](auto& block, int place) { vote(block, place).set_block_id_flag(3); };
  EXPECT_EQ(code_after([&](auto& block) { vote_nil(block, 2); }), "");
  EXPECT_EQ(code_after([&](auto& block) {
              vote_nil(block, 0);
              vote_nil(block, 2);
            }),
            "light_too_little_power");
  EXPECT_EQ(code_after([&](auto& block) { vote(block, 1).set_block_id_flag(1); }),
            "light_malformed");  // absent, yet with a signature
  EXPECT_EQ(code_after([&](auto& block) { vote(block, 1).set_block_id_flag(4); }),
            "light_malformed");
}

TEST(Commit, one_wrong_signature_is_named) {
  for (int place = 0; place < 4; ++place) {
    auto block = make_block(kFour);
    vote(block, place).mutable_signature()->at(40) ^= 1;
    const Status status = check_commit(block.signed_header(), block.validator_set());
    ASSERT_EQ(code_of(status), "light_wrong_signature");
    EXPECT_NE(status.fault().text.find(to_hex(vote(block, place).validator_address())),
              std::string::npos);
  }
  EXPECT_EQ(code_after([](auto& block) { vote(block, 0).mutable_signature()->resize(63); }),
            "light_wrong_signature");
  EXPECT_EQ(code_after([](auto& block) { vote(block, 0).mutable_signature()->push_back('x'); }),
            "light_malformed");
  EXPECT_EQ(
      code_after([](auto& block) { vote(block, 3).mutable_timestamp()->set_nanos(999'999'999); }),
      "light_wrong_signature");
}

// ZIP-215 takes keys of small order, for which RFC 8032's verifiers differ. All nodes and their
// light clients must say the same.
TEST(Commit, signatures_are_judged_by_zip215) {
  Bytes identity(32, '\0');
  identity[0] = 1;
  auto block = make_block(kFour);
  auto& set = *block.mutable_validator_set();
  *set.mutable_validators(0) = wire::make_validator(identity, 1);
  auto& header = *block.mutable_signed_header()->mutable_header();
  header.set_validators_hash(Bytes(view(wire::validators_hash(set))));
  test::sign_again(block, kFour);
  vote(block, 0).set_validator_address(set.validators(0).address());
  vote(block, 0).set_signature(identity + Bytes(32, '\0'));
  EXPECT_EQ(code_of_block(block), "");
}

TEST(Commit, a_signature_stands_at_its_validators_place) {
  EXPECT_EQ(code_after([](auto& block) { std::swap(vote(block, 0), vote(block, 1)); }),
            "light_other_signer");
  EXPECT_EQ(code_after([](auto& block) {
              block.mutable_signed_header()->mutable_commit()->mutable_signatures()->RemoveLast();
            }),
            "light_other_signer");
  EXPECT_EQ(code_after([](auto& block) { vote(block, 0) = vote(block, 1); }), "light_other_signer");
  EXPECT_EQ(code_after([](auto& block) { vote(block, 0).set_validator_address(Bytes(20, 'a')); }),
            "light_other_signer");
}

TEST(Commit, header_commit_and_set_belong_together) {
  EXPECT_EQ(code_after([](auto& block) {
              block.mutable_signed_header()->mutable_header()->set_app_hash(Bytes(32, 'x'));
            }),
            "light_other_header");
  EXPECT_EQ(code_after([](auto& block) {
              block.mutable_signed_header()->mutable_commit()->set_height(8);
            }),
            "light_other_header");
  EXPECT_EQ(code_after([](auto& block) {
              *block.mutable_validator_set() = test::set_of({{1}, {2}, {3}, {5}});
            }),
            "light_other_set");
  EXPECT_EQ(code_after([](auto& block) {
              std::swap(*block.mutable_validator_set()->mutable_validators(0),
                        *block.mutable_validator_set()->mutable_validators(1));
            }),
            "light_other_set");
  EXPECT_EQ(code_after([](auto& block) {
              block.mutable_validator_set()->mutable_validators(0)->set_voting_power(2);
            }),
            "light_other_set");
}

TEST(Commit, what_is_no_header_is_refused) {
  const auto after = [](const std::function<void(comet::v1::Header&, comet::v1::Commit&)>& change) {
    return code_after([&](auto& block) {
      auto& signed_header = *block.mutable_signed_header();
      change(*signed_header.mutable_header(), *signed_header.mutable_commit());
    });
  };
  const std::function<void(comet::v1::Header&, comet::v1::Commit&)> changes[] = {
      [](auto& header, auto&) { header.clear_chain_id(); },
      [](auto& header, auto&) { header.set_chain_id(std::string(51, 'c')); },
      [](auto& header, auto&) { header.set_height(0); },
      [](auto& header, auto&) { header.set_height(-1); },
      [](auto& header, auto&) { header.mutable_time()->set_seconds(-1); },
      [](auto& header, auto&) { header.mutable_time()->set_seconds(INT64_MAX); },
      [](auto& header, auto&) { header.mutable_time()->set_nanos(1'000'000'000); },
      [](auto& header, auto&) { header.mutable_last_block_id()->set_hash("short"); },
      [](auto& header, auto&) { header.set_data_hash("short"); },
      [](auto& header, auto&) { header.clear_validators_hash(); },
      [](auto& header, auto&) { header.set_proposer_address(Bytes(19, 'a')); },
      [](auto&, auto& commit) { commit.clear_signatures(); },
      [](auto&, auto& commit) { commit.clear_block_id(); },
      [](auto&, auto& commit) { commit.mutable_signatures(0)->clear_signature(); },
      [](auto&, auto& commit) { commit.mutable_signatures(0)->set_validator_address("short"); },
  };
  for (const auto& change : changes) EXPECT_EQ(after(change), "light_malformed");
  EXPECT_EQ(code_of(check_form(comet::v1::SignedHeader())), "light_malformed");
}

TEST(Commit, power_of_another_set_is_told_by_address) {
  auto block = make_block(kFour);
  const auto& commit = block.signed_header().commit();
  EXPECT_EQ(*claimed_power(commit, test::set_of({{1, 5}, {9, 100}, {4, 6}})), 11);
  EXPECT_EQ(*claimed_power(commit, test::set_of({{9, 100}})), 0);
  vote(block, 0) = vote(block, 1);
  EXPECT_EQ(claimed_power(commit, test::set_of({{1}, {2}, {3}, {4}})).fault().code,
            "light_double_vote");
}

}  // namespace
}  // namespace astyq::light
