// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "suites/ics23_messages.h"

// A verifier of ICS-23 for any spec, after upstream's and apart from the product's, which knows
// TendermintSpec alone.
// Source: https://github.com/cosmos/ics23, go/proof.go
namespace astyq::suites {

// What a proof leads to, whatever it proves. With a spec, steps whose hash is longer than a child
// of it are refused.
Result<Bytes> root_of(const ExistenceProof& proof, const ProofSpec* spec = nullptr);

Status check_against_spec(const ExistenceProof& proof, const ProofSpec& spec);

// Whether an inner step stands beside nothing but empty children on that side.
// Faults: a step that is no child's place.
Result<bool> left_branches_are_empty(const InnerSpec& spec, const InnerOp& step);
Result<bool> right_branches_are_empty(const InnerSpec& spec, const InnerOp& step);

Status verify_membership(const ProofSpec& spec, BytesView root, const CommitmentProof& proof,
                         BytesView key, BytesView value);
Status verify_absence(const ProofSpec& spec, BytesView root, const CommitmentProof& proof,
                      BytesView key);

}  // namespace astyq::suites
