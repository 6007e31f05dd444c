// SPDX-License-Identifier: Apache-2.0
// An authority gives a validator's vote another power, as when the consortium's shares change.
#include "authority/handlers.gen.h"
#include "authority/state.gen.h"
#include "modules/authority/validators.h"

namespace astyq::authority {

using v1::SetValidatorPower;

Refusal check(const SetValidatorPower& tx, const Rules&) {
  if (!is_power(tx.power())) return SetValidatorPower::POWER_OUT_OF_RANGE;
  return kAccepted;
}

Outcome apply(const SetValidatorPower& tx, TxContext& ctx) {
  const auto slot = kValidators(tx.validator());
  auto validator = ctx.get(slot);
  if (!validator) return SetValidatorPower::NO_SUCH_VALIDATOR;
  if (validator->power() == 0) return SetValidatorPower::HAS_ENDED;

  v1::ValidatorTotals totals = validator_totals(ctx);
  ASTYQ_CHECK(totals.power() >= validator->power());
  totals.set_power(totals.power() - validator->power() + tx.power());
  ctx.put(kValidatorTotals(0), totals);
  validator->set_power(tx.power());
  ctx.put(slot, *validator);
  return kAccepted;
}

}  // namespace astyq::authority
