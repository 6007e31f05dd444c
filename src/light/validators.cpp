// SPDX-License-Identifier: Apache-2.0
#include "light/validators.h"

#include <set>

#include "base/amount.h"
#include "wire/block_header.h"

namespace astyq::light {
namespace {

Status check_validator(const comet::v1::Validator& validator) {
  if (validator.pub_key().sum_case() != comet::v1::PublicKey::kEd25519)
    return Fault{"light_other_key",
                 "A validator has a key that is not Ed25519. This program checks no other; ask "
                 "for a release that does."};
  const Bytes& key = validator.pub_key().ed25519();
  if (key.size() != 32)
    return Fault{"light_wrong_validator",
                 "A validator's key has not the 32 bytes of Ed25519. Do not rely on this block."};
  if (!validator.address().empty() && validator.address() != view(wire::validator_address(key)))
    return Fault{"light_wrong_validator",
                 "A validator's address is not that of its key. Do not rely on this block."};
  if (validator.voting_power() <= 0)
    return Fault{"light_wrong_validator", "A validator has no power. Do not rely on this block."};
  return Done{};
}

}  // namespace

Status check_validators(const comet::v1::ValidatorSet& set) {
  if (set.validators_size() == 0 || set.validators_size() > kMostValidators)
    return Fault{"light_no_validators", "The set of validators is empty or has more than " +
                                            std::to_string(kMostValidators) +
                                            ". The file may have been cut short."};
  std::set<BytesView> keys;
  std::int64_t total = 0;
  for (const auto& validator : set.validators()) {
    if (Status right = check_validator(validator); !right.ok()) return right;
    if (!keys.insert(validator.pub_key().ed25519()).second)
      return Fault{"light_wrong_validator",
                   "A validator stands twice in its set. Do not rely on this block."};
    if (validator.voting_power() > kMostTotalPower - total)
      return Fault{"light_too_much_power",
                   "The validators' powers add up to more than CometBFT allows. Do not rely on "
                   "this block."};
    total += validator.voting_power();
  }
  return Done{};
}

std::int64_t total_power(const comet::v1::ValidatorSet& set) {
  std::int64_t total = 0;
  for (const auto& validator : set.validators()) total += validator.voting_power();
  ASTYQ_CHECK(total > 0 && total <= kMostTotalPower);
  return total;
}

bool is_more_than(const Share& share, const Fraction& fraction) {
  ASTYQ_CHECK(share.power >= 0 && share.power <= share.total && share.total <= kMostTotalPower);
  return static_cast<Uint128>(share.power) * fraction.denominator >
         static_cast<Uint128>(share.total) * fraction.numerator;
}

}  // namespace astyq::light
