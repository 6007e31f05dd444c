// SPDX-License-Identifier: Apache-2.0
#include "ledger/rules.h"

#include <gtest/gtest.h>

#include "engine/genesis.h"

namespace astyq {
namespace {

void set_rule(Rules& rules, int index, std::uint32_t value) {
  Rules::GetReflection()->SetUInt32(&rules, Rules::descriptor()->field(index), value);
}

TEST(Rules, default_rules_are_fit) {
  EXPECT_EQ(find_problem(engine::default_rules()).kind, RulesProblem::kNone);
  EXPECT_TRUE(find_problem(engine::default_rules()).text.empty());
}

// A rule that is new in the schema needs bounds too.
TEST(Rules, every_rule_has_a_least_and_a_greatest_value) {
  const auto* fields = Rules::descriptor();
  for (int i = 0; i < fields->field_count(); ++i) {
    const std::string& name = fields->field(i)->name();
    for (const std::uint32_t value : {0u, UINT32_MAX}) {
      Rules rules = engine::default_rules();
      set_rule(rules, i, value);
      const RulesFinding found = find_problem(rules);
      EXPECT_EQ(found.kind, RulesProblem::kOutOfBounds) << name << " = " << value;
      EXPECT_NE(found.text.find(name), std::string::npos) << found.text;
    }
  }
}

TEST(Rules, ids_are_kept_as_long_as_any_window) {
  Rules rules = engine::default_rules();
  rules.set_short_window_s(1);
  rules.set_id_kept_s(kLongestShortWindowS - 1);
  EXPECT_EQ(find_problem(rules).kind, RulesProblem::kOutOfBounds);
  rules.set_id_kept_s(kLongestShortWindowS);
  EXPECT_EQ(find_problem(rules).kind, RulesProblem::kNone);
  rules.set_short_window_s(kLongestShortWindowS + 1);
  EXPECT_EQ(find_problem(rules).kind, RulesProblem::kOutOfBounds);
}

TEST(Rules, block_has_room_for_the_largest_transaction) {
  Rules rules = engine::default_rules();
  rules.set_max_operations_per_transaction(10);
  rules.set_max_operations_per_block(9);
  EXPECT_EQ(find_problem(rules).kind, RulesProblem::kBlockTooSmall);
  rules.set_max_operations_per_block(10);
  EXPECT_EQ(find_problem(rules).kind, RulesProblem::kNone);
}

}  // namespace
}  // namespace astyq
