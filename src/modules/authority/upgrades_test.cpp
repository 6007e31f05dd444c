// SPDX-License-Identifier: Apache-2.0
#include "modules/authority/upgrades.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "authority/handlers.gen.h"
#include "authority/state.gen.h"
#include "ledger/rules.h"
#include "support/validators_story.h"

namespace astyq::authority {
namespace {

using test::Chain;

// Validators of a bank, in a network whose upgrades come soon.
struct UpgradesTest : testing::Test {
  Chain chain;
  test::Actor bank = chain.company("National bank");

  UpgradesTest() { chain.ok(chain.registrar(), test::short_notice(chain)); }

  void admit(std::initializer_list<std::uint64_t> powers) {
    for (const std::uint64_t power : powers)
      chain.ok(chain.registrar(), test::validator_of(bank.party, *chain.new_key(), power));
  }
  void vote(std::uint64_t validator, std::uint32_t version) {
    chain.ok(bank, verbs::CastVersionVote{validator, version});
  }
  void pass_to(std::uint64_t height) {
    while (this->height() < height) chain.block({}, kSecondNs);
  }
  std::uint64_t height() const { return chain.engine().head().height; }
  std::uint32_t version() const { return chain.engine().rules().protocol_version(); }
  std::optional<v1::Upgrade> upgrade() const { return chain.get(kUpgrades(0)); }
  template <typename Write>
  Refusal after(Write write) const {
    return chain.after_writing(check_invariants, write);
  }
};

TEST_F(UpgradesTest, begins_with_the_block_of_its_height) {
  admit({10, 10, 10});
  for (const std::uint64_t validator : {1u, 2u}) vote(validator, 2);
  EXPECT_FALSE(upgrade().has_value()) << "two thirds";
  vote(3, 4);
  ASSERT_TRUE(upgrade().has_value());
  const std::uint64_t begins = upgrade()->height();
  EXPECT_EQ(begins, height() + test::kNoticeBlocks);
  pass_to(begins - 2);
  EXPECT_EQ(version(), 1u) << "of the block before the last one";
  EXPECT_EQ(chain.engine().form().protocol_version, 1u);
  pass_to(begins - 1);
  EXPECT_EQ(chain.engine().form().protocol_version, 2u) << "of the block of its height";
  EXPECT_FALSE(upgrade().has_value());
  EXPECT_FALSE(chain.get(kVersionVotes(1)).has_value()) << "fulfilled";
  EXPECT_EQ(chain.get(kVersionVotes(3))->protocol_version(), 4u);
  chain.refuse(bank, verbs::CastVersionVote{1, 2}, v1::CastVersionVote::VERSION_OUT_OF_RANGE);
}

// What more than two thirds know by then comes next, with a notice of its own.
TEST_F(UpgradesTest, one_after_the_other) {
  admit({10});
  vote(1, 2);
  const std::uint64_t first = upgrade()->height();
  vote(1, 5);
  EXPECT_EQ(upgrade()->protocol_version(), 2u) << "who knows 5 knows 2";
  pass_to(first - 1);
  EXPECT_EQ(version(), 2u);
  ASSERT_TRUE(upgrade().has_value());
  EXPECT_EQ(upgrade()->protocol_version(), 5u);
  EXPECT_EQ(upgrade()->height(), first - 1 + test::kNoticeBlocks);
  pass_to(first - 2 + test::kNoticeBlocks);
  EXPECT_EQ(version(), 5u);
  EXPECT_FALSE(upgrade().has_value());
}

// Whoever comes or goes is counted as it is when the block ends, voting or not.
TEST_F(UpgradesTest, stands_and_falls_with_those_who_vote_on_blocks) {
  admit({10, 10, 10, 10});
  for (const std::uint64_t validator : {1u, 2u}) vote(validator, 2);
  chain.ok(bank, verbs::LeaveConsensus{4});
  EXPECT_FALSE(upgrade().has_value()) << "two thirds";
  chain.ok(chain.registrar(), verbs::SetValidatorPower{1, 11});
  EXPECT_TRUE(upgrade().has_value());
  admit({1});
  EXPECT_FALSE(upgrade().has_value());
  chain.ok(chain.registrar(), verbs::RemoveValidator{3});
  EXPECT_TRUE(upgrade().has_value());
  chain.ok(bank, verbs::LeaveConsensus{1});
  EXPECT_TRUE(upgrade().has_value()) << "10 of 11";
  EXPECT_FALSE(chain.get(kVersionVotes(1)).has_value());
  chain.ok(bank, verbs::LeaveConsensus{2});
  EXPECT_FALSE(upgrade().has_value());
}

TEST_F(UpgradesTest, the_last_block_may_still_call_it_off) {
  admit({10, 10, 10});
  for (const std::uint64_t validator : {1u, 2u, 3u}) vote(validator, 2);
  pass_to(upgrade()->height() - 2);
  chain.ok(bank, verbs::WithdrawVersionVote{2});
  EXPECT_FALSE(upgrade().has_value());
  EXPECT_EQ(version(), 1u);
}

// The rules that the last block before it sets are not lost.
TEST_F(UpgradesTest, goes_with_a_change_of_rules_in_one_block) {
  admit({10});
  vote(1, 2);
  pass_to(upgrade()->height() - 2);
  Rules rules = chain.engine().rules();
  rules.set_offer_days(9);
  chain.ok(chain.registrar(), verbs::ChangeRules{.rules = rules});
  EXPECT_EQ(version(), 2u);
  EXPECT_EQ(chain.engine().rules().offer_days(), 9u);
}

// The same counted anew after each block, whatever is done in whatever order.
TEST_F(UpgradesTest, property_counted_anew_after_each_block) {
  std::mt19937 random(217);
  admit({5, 1, 7, 3});
  std::map<std::uint64_t, std::uint64_t> power{{1, 5}, {2, 1}, {3, 7}, {4, 3}};
  std::map<std::uint64_t, std::uint32_t> votes;
  std::uint32_t present = 1, due = 0;
  std::uint64_t due_height = 0;
  int begun = 0, called_off = 0;
  for (int step = 0; step < 1'500; ++step) {
    const std::uint64_t validator = 1 + random() % 4;
    const auto wanted = static_cast<std::uint32_t>(random() % 6);
    const std::uint64_t next_power = 1 + random() % 9;
    const std::uint32_t dice = random() % 100;
    if (dice < 6) {
      const auto op = verbs::CastVersionVote{validator, present + wanted}.operation();
      if (!chain.apply(bank, op).refusal.refused()) votes[validator] = present + wanted;
    } else if (dice < 7) {
      const auto op = verbs::WithdrawVersionVote{validator}.operation();
      EXPECT_EQ(chain.apply(bank, op).refusal.refused(), votes.erase(validator) == 0);
    } else if (dice < 8) {
      chain.ok(chain.registrar(), verbs::SetValidatorPower{validator, next_power});
      power[validator] = next_power;
    } else {
      chain.block({}, kSecondNs);
    }
    std::uint64_t total = 0;
    std::uint32_t known = 0;
    for (const auto& [id, each] : power) total += each;
    for (const auto& [id, candidate] : votes) {
      std::uint64_t yes = 0;
      for (const auto& [voter, version] : votes) yes += version >= candidate ? power[voter] : 0;
      if (yes * 3 > total * 2) known = std::max(known, candidate);
    }
    if (due != 0 && known < due) {
      due = 0;
      ++called_off;
    }
    if (due != 0 && due_height == height() + 1) {
      present = std::exchange(due, 0);
      std::erase_if(votes, [&](const auto& vote) { return vote.second <= present; });
      ++begun;
    }
    if (due == 0 && known > present) {
      due = known;
      due_height = height() + test::kNoticeBlocks;
    }
    ASSERT_EQ(version(), present) << step;
    ASSERT_EQ(upgrade() ? upgrade()->protocol_version() : 0, due) << step;
    if (due != 0) {
      ASSERT_EQ(upgrade()->height(), due_height) << step;
    }
  }
  EXPECT_GT(begun, 2);
  EXPECT_GT(called_off, 2);
}

using UpgradeInvariants = UpgradesTest;

TEST_F(UpgradeInvariants, a_row_stands_and_falls_with_its_votes) {
  const Refusal broken = base::v1::INVARIANT_UPGRADE;
  admit({10, 10, 10});
  for (const std::uint64_t validator : {1u, 2u, 3u}) vote(validator, 2);
  const auto changed = [&](auto change) {
    return after([&](View& view) {
      v1::Upgrade row = view.require(kUpgrades(0));
      change(row);
      view.put(kUpgrades(0), row);
    });
  };
  EXPECT_EQ(changed([](auto& row) { row.set_height(row.height() + 1); }), broken);
  EXPECT_EQ(changed([](auto& row) { row.set_height(row.height() - 1); }), broken);
  EXPECT_EQ(changed([](auto& row) { row.set_protocol_version(3); }), broken);
  EXPECT_EQ(after([](View& view) { view.erase(kUpgrades(0)); }), broken);
  EXPECT_EQ(after([](View& view) {
              view.erase(kVersionVotes(2));
              view.erase(kUpgrades(0));
            }),
            kAccepted);
  pass_to(height() + 1);
  EXPECT_EQ(changed([&](auto& row) {
              row.set_scheduled_at_height(height());
              row.set_height(height() + test::kNoticeBlocks);
            }),
            broken)
      << "the former was not called off";
  chain.ok(bank, verbs::WithdrawVersionVote{2});
  v1::Upgrade row;
  row.set_protocol_version(2);
  row.set_scheduled_at_height(height());
  row.set_height(height() + test::kNoticeBlocks);
  EXPECT_EQ(after([&](View& view) { view.put(kUpgrades(0), row); }), broken) << "no quorum";
}

TEST_F(UpgradeInvariants, who_votes_on_versions_votes_on_blocks) {
  const Refusal broken = base::v1::INVARIANT_UPGRADE;
  admit({10, 10});
  chain.ok(bank, verbs::LeaveConsensus{1});
  const auto cast = [&](std::uint64_t validator, std::uint32_t version) {
    return after([&](View& view) {
      v1::VersionVote row;
      row.set_protocol_version(version);
      view.put(kVersionVotes(validator), row);
    });
  };
  EXPECT_EQ(cast(2, 2), kAccepted);
  EXPECT_EQ(cast(2, 1), broken);
  EXPECT_EQ(cast(2, kHighestProtocolVersion + 1), broken);
  EXPECT_EQ(cast(1, 2), broken);
  EXPECT_EQ(cast(3, 2), broken);
  admit({10});
  vote(2, 2);
  EXPECT_EQ(after([](View& view) {
              v1::Validator row = view.require(kValidators(2));
              row.set_power(0);
              row.set_end(v1::LEFT);
              view.put(kValidators(2), row);
            }),
            broken);
}

}  // namespace
}  // namespace astyq::authority
