// SPDX-License-Identifier: Apache-2.0
// An authority sets the bounds that every node obeys: sizes, windows, limits of a block.
#include "authority/handlers.gen.h"
#include "ledger/rules.h"
#include "modules/authority/validators.h"

namespace astyq::authority {

using v1::ChangeRules;

Refusal check(const ChangeRules& tx, const Rules& rules) {
  switch (find_problem_after(rules, tx.rules()).kind) {
    case RulesProblem::kNone:
      return kAccepted;
    case RulesProblem::kOutOfBounds:
      return ChangeRules::RULE_OUT_OF_BOUNDS;
    case RulesProblem::kBlockTooSmall:
      return ChangeRules::RULES_CONTRADICT;
    case RulesProblem::kVersionLowered:
      return ChangeRules::VERSION_LOWERED;
  }
  ASTYQ_CHECK(false);
}

Outcome apply(const ChangeRules& tx, TxContext& ctx) {
  if (tx.rules().protocol_version() > ctx.rules().protocol_version() &&
      validator_totals(ctx).voting() > 0)
    return ChangeRules::VERSION_IS_VOTED;

  set_next_rules(ctx, tx.rules());
  return kAccepted;
}

}  // namespace astyq::authority
