// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "ledger/view.h"

// Which rules a network may have. Every rule has a least and a greatest value, so that no change of
// rules can stop the network, lose the memory of settled ids, or overflow a sum of nanoseconds.
namespace astyq {

// How far ahead valid_until may ever lie with a random id. Ids are remembered at least so long
// whatever the rules become, else a transaction could be settled twice after a change of rules.
inline constexpr std::uint32_t kLongestShortWindowS = 60;
// Verbs, fields and values that this program knows. What a block comes to never depends on it, else
// nodes of two releases would part: the host stops instead (engine::Engine::check_version).
inline constexpr std::uint32_t kProtocolVersion = 1;
// Of any network, ever.
inline constexpr std::uint32_t kHighestProtocolVersion = 1'000'000;

enum class RulesProblem {
  kNone,
  kOutOfBounds,    // of one rule; missing is 0
  kBlockTooSmall,  // for the largest transaction allowed
  kVersionLowered,
};

struct RulesFinding {
  RulesProblem kind = RulesProblem::kNone;
  std::string text;  // what is wrong, naming the rule and its bounds; empty with kNone
};

// The first thing that makes these rules unfit for a network.
RulesFinding find_problem(const Rules& rules);

// The first thing that makes `next` unfit to follow `present`.
RulesFinding find_problem_after(const Rules& present, const Rules& next);

// The rules from the next block on, as far as this block has come.
Rules next_rules(const View& view);
// Sets them. Requires: find_problem finds none.
void set_next_rules(View& view, const Rules& rules);

}  // namespace astyq
