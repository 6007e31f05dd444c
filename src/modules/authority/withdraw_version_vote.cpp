// SPDX-License-Identifier: Apache-2.0
// An operator takes back its validator's vote for a later protocol version.
#include "authority/handlers.gen.h"
#include "authority/state.gen.h"

namespace astyq::authority {

using v1::WithdrawVersionVote;

Refusal check(const WithdrawVersionVote&, const Rules&) {
  return kAccepted;
}

Outcome apply(const WithdrawVersionVote& tx, TxContext& ctx) {
  const auto validator = ctx.get(kValidators(tx.validator()));
  if (!validator) return WithdrawVersionVote::NO_SUCH_VALIDATOR;
  if (validator->operator_() != ctx.party()) return WithdrawVersionVote::NOT_OPERATOR;
  const auto slot = kVersionVotes(tx.validator());
  if (!ctx.exists(slot)) return WithdrawVersionVote::NO_VOTE;

  ctx.erase(slot);
  return kAccepted;
}

}  // namespace astyq::authority
