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

TEST(Rules, protocol_version_never_goes_back) {
  Rules present = engine::default_rules();
  const Rules next = engine::default_rules();
  EXPECT_EQ(find_problem_after(present, next).kind, RulesProblem::kNone);
  present.set_protocol_version(next.protocol_version() + 1);
  EXPECT_EQ(find_problem_after(present, next).kind, RulesProblem::kVersionLowered);
  EXPECT_FALSE(find_problem_after(present, next).text.empty());
}

// The heartbeat is a minute: a few late ones are no outage, a halt of hours always is one.
TEST(Rules, an_outage_is_neither_a_late_heartbeat_nor_half_a_day) {
  Rules rules = engine::default_rules();
  EXPECT_EQ(rules.outage_step_s(), 600u);
  for (const std::uint32_t step_s : {61u, 120u, 3'601u, 86'400u}) {
    rules.set_outage_step_s(step_s);
    EXPECT_EQ(find_problem(rules).kind, RulesProblem::kOutOfBounds) << step_s;
  }
  for (const std::uint32_t step_s : {300u, 3'600u}) {
    rules.set_outage_step_s(step_s);
    EXPECT_EQ(find_problem(rules).kind, RulesProblem::kNone) << step_s;
  }
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
