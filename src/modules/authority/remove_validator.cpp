// SPDX-License-Identifier: Apache-2.0
// An authority takes a validator's vote from it, as when an institution is closed or cannot be
// reached.
#include "authority/handlers.gen.h"
#include "authority/state.gen.h"
#include "modules/authority/validators.h"

namespace astyq::authority {

using v1::RemoveValidator;

Refusal check(const RemoveValidator&, const Rules&) {
  return kAccepted;
}

Outcome apply(const RemoveValidator& tx, TxContext& ctx) {
  const auto validator = ctx.get(kValidators(tx.validator()));
  if (!validator) return RemoveValidator::NO_SUCH_VALIDATOR;
  if (validator->power() == 0) return RemoveValidator::HAS_ENDED;
  if (validator_totals(ctx).voting() == 1) return RemoveValidator::LAST_VALIDATOR;
  end_validator(ctx, tx.validator(), v1::REMOVED);
  return kAccepted;
}

}  // namespace astyq::authority
