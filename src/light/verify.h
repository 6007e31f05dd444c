// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "astyq/comet/v1/types.pb.h"
#include "base/bytes.h"
#include "base/result.h"
#include "light/validators.h"

// One step of a light client. Source: cometbft light/verifier.go.
namespace astyq::light {

enum class Verdict { kSuccess, kNotEnoughTrust, kInvalid };

struct Judgement {
  Verdict verdict = Verdict::kSuccess;
  Fault reason;  // empty for kSuccess
};

// What is believed of a chain at one height.
struct Trusted {
  std::string chain_id;
  std::int64_t height = 0;  // 0 before the first block
  std::int64_t time_ns = 0;
  comet::v1::ValidatorSet validators;  // whose signatures are believed later on
  Bytes next_validators_hash;          // of the set that signs the next height
};

// Requires: a block that a verdict of kSuccess was given on.
Trusted trusted_of(const comet::v1::LightBlock& block);

// With what care. The defaults are CometBFT's.
struct Terms {
  std::int64_t trusting_period_ns = 0;           // how long validators are believed
  std::int64_t clock_drift_ns = 10'000'000'000;  // how far clocks may differ
  Fraction level{1, 3};                          // of the trusted power, for a leap
};

// From 1/3 to 1: less would let validators who broke the rules lead a light client astray.
bool is_sound(const Fraction& level);

// Whether a later block belongs to the chain, seen at `now_ns` (nanoseconds since 1970).
// Requires: times that are not negative, a sound level, trusted validators that are a set.
// The reason's code is `light_not_enough_trust` or, for kInvalid, one of validators.h, of commit.h,
// or
//   light_expired           the trusting period of what is trusted is over
//   light_other_network     another chain
//   light_not_later         its height or its time is not above the trusted one
//   light_from_future       its time is ahead of `now_ns` by the clock drift or more
//   light_other_validators  adjacent, but its set is not the one that was to come
Judgement verify(const Trusted& trusted, const comet::v1::LightBlock& block, const Terms& terms,
                 std::int64_t now_ns);

}  // namespace astyq::light
