// SPDX-License-Identifier: Apache-2.0
// An authority gives an institution a vote on blocks, once it has shown that it holds the key.
#include "authority/handlers.gen.h"
#include "crypto/ed25519.h"
#include "crypto/signatures.h"
#include "modules/authority/validators.h"

namespace astyq::authority {

using v1::AdmitValidator;

Refusal check(const AdmitValidator& tx, const Rules&) {
  if (tx.operator_party() == 0) return AdmitValidator::NO_OPERATOR;
  if (tx.name().empty()) return AdmitValidator::NO_NAME;
  if (!crypto::ed25519_is_sound_key(tx.public_key())) return AdmitValidator::WRONG_KEY;
  if (!is_power(tx.power())) return AdmitValidator::POWER_OUT_OF_RANGE;
  return kAccepted;
}

Outcome apply(const AdmitValidator& tx, TxContext& ctx) {
  if (!consensus_key_is_unused(ctx, tx.public_key())) return AdmitValidator::KEY_IN_USE;
  if (validator_totals(ctx).voting() >= kMostVotingValidators)
    return AdmitValidator::TOO_MANY_VALIDATORS;
  const Bytes shown = crypto::validator_possession_message(tx.operator_party(), tx.public_key());
  if (!crypto::ed25519_verify(tx.public_key(), tx.possession(), shown))
    return AdmitValidator::NOT_POSSESSED;

  v1::Validator validator;
  validator.set_operator_(tx.operator_party());
  validator.set_name(tx.name());
  validator.set_public_key(tx.public_key());
  validator.set_power(tx.power());
  return Outcome::created(add_validator(ctx, validator));
}

}  // namespace astyq::authority
