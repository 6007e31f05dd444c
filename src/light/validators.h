// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "astyq/comet/v1/types.pb.h"
#include "base/result.h"

// Source: cometbft types/validator_set.go, types/validator.go.
namespace astyq::light {

// As many as a commit of CometBFT may have.
inline constexpr int kMostValidators = 10'000;
// What the powers of a set may come to together.
inline constexpr std::int64_t kMostTotalPower = INT64_MAX / 8;

// Whether it is a set. Faults:
//   light_no_validators    it has none, or too many
//   light_other_key        a key that is not Ed25519
//   light_wrong_validator  an address that is not the key's, a power that is not positive, or a
//                          validator that stands twice
//   light_too_much_power   the powers together are above kMostTotalPower
Status check_validators(const comet::v1::ValidatorSet& set);

// Requires: check_validators is ok.
std::int64_t total_power(const comet::v1::ValidatorSet& set);

// What of a set's power something carries.
struct Share {
  std::int64_t power;  // at most `total`
  std::int64_t total;  // 1 .. kMostTotalPower
};

struct Fraction {
  std::uint64_t numerator;
  std::uint64_t denominator;
};

// Whether it is more than this fraction of the whole, exactly.
bool is_more_than(const Share& share, const Fraction& fraction);

}  // namespace astyq::light
