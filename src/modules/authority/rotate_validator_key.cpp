// SPDX-License-Identifier: Apache-2.0
// An operator puts a new key in the place of its validator's, each year or when a device changes
// hands. Its vote and its number stay.
#include "authority/handlers.gen.h"
#include "authority/state.gen.h"
#include "crypto/ed25519.h"
#include "crypto/signatures.h"
#include "modules/authority/validators.h"

namespace astyq::authority {

using v1::RotateValidatorKey;

Refusal check(const RotateValidatorKey& tx, const Rules&) {
  if (!crypto::ed25519_is_sound_key(tx.public_key())) return RotateValidatorKey::WRONG_KEY;
  return kAccepted;
}

Outcome apply(const RotateValidatorKey& tx, TxContext& ctx) {
  const auto validator = ctx.get(kValidators(tx.validator()));
  if (!validator) return RotateValidatorKey::NO_SUCH_VALIDATOR;
  if (validator->operator_() != ctx.party()) return RotateValidatorKey::NOT_OPERATOR;
  if (validator->power() == 0) return RotateValidatorKey::HAS_ENDED;
  if (!consensus_key_is_unused(ctx, tx.public_key())) return RotateValidatorKey::KEY_IN_USE;
  const Bytes shown = crypto::validator_possession_message(ctx.party(), tx.public_key());
  if (!crypto::ed25519_verify(tx.public_key(), tx.possession(), shown))
    return RotateValidatorKey::NOT_POSSESSED;
  replace_validator_key(ctx, tx.validator(), tx.public_key());
  return kAccepted;
}

}  // namespace astyq::authority
