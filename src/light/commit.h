// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "astyq/comet/v1/types.pb.h"
#include "base/result.h"

// Source: cometbft types/block.go (ValidateBasic), types/validation.go.
namespace astyq::light {

// Whether header and commit are whole and belong to each other; says nothing of who signed. Faults:
//   light_malformed     a field that no header or commit has so
//   light_other_header  the commit is of another header
Status check_form(const comet::v1::SignedHeader& signed_header);

// The power of `set` that the commit claims, whoever made it: no signature is checked. Signers that
// are not in the set carry nothing.
// Requires: check_form and check_validators are ok. Faults:
//   light_double_vote  one of the set stands twice in the commit
Result<std::int64_t> claimed_power(const comet::v1::Commit& commit,
                                   const comet::v1::ValidatorSet& set);

// Whether more than 2/3 of the power of the header's own set signed it.
// Requires: check_form and check_validators are ok. Faults:
//   light_other_set         the header names another set
//   light_other_signer      a signature does not stand at its validator's place
//   light_too_little_power  2/3 of the power or less
//   light_wrong_signature   a signature for this block is not its validator's
Status check_commit(const comet::v1::SignedHeader& signed_header,
                    const comet::v1::ValidatorSet& set);

}  // namespace astyq::light
