// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "astyq/comet/v1/types.pb.h"
#include "base/bytes.h"

// CometBFT v0.38's validator sets. Source: cometbft types/validator.go, types/validator_set.go.
namespace astyq::wire {

// Of the one validator of an embedded node.
inline constexpr std::int64_t kOnlyValidatorPower = 10;

// Requires: an Ed25519 key of 32 bytes. The address is filled in.
comet::v1::Validator make_validator(BytesView public_key, std::int64_t power);

// Puts them into the order in which a set is hashed and in which commits sign: power descending,
// then address ascending. Requires: each has its address.
void sort_validators(comet::v1::ValidatorSet& set);

// RFC 6962 root over key and power of each, in the order in which they stand.
Hash validators_hash(const comet::v1::ValidatorSet& set);

}  // namespace astyq::wire
