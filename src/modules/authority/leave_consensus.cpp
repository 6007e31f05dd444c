// SPDX-License-Identifier: Apache-2.0
// An operator gives up its validator's vote of its own will.
#include "authority/handlers.gen.h"
#include "authority/state.gen.h"
#include "modules/authority/validators.h"

namespace astyq::authority {

using v1::LeaveConsensus;

Refusal check(const LeaveConsensus&, const Rules&) {
  return kAccepted;
}

Outcome apply(const LeaveConsensus& tx, TxContext& ctx) {
  const auto validator = ctx.get(kValidators(tx.validator()));
  if (!validator) return LeaveConsensus::NO_SUCH_VALIDATOR;
  if (validator->operator_() != ctx.party()) return LeaveConsensus::NOT_OPERATOR;
  if (validator->power() == 0) return LeaveConsensus::HAS_ENDED;
  if (validator_totals(ctx).voting() == 1) return LeaveConsensus::LAST_VALIDATOR;
  end_validator(ctx, tx.validator(), v1::LEFT);
  return kAccepted;
}

}  // namespace astyq::authority
