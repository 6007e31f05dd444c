// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "suites/ics23_messages.h"

// The single steps of an ICS-23 proof: what they hash, and whether a spec allows them. A Fault's
// text is upstream's, to the letter, since upstream's tables compare it.
// Source: https://github.com/cosmos/ics23, go/ops.go
namespace astyq::suites {

Fault refused(const std::string& text);

Result<Bytes> do_hash(std::int32_t hash, BytesView preimage);
// The preimage itself for kNoHash.
Result<Bytes> do_hash_or_none(std::int32_t hash, BytesView preimage);

Result<Bytes> hash_of(const LeafOp& leaf, BytesView key, BytesView value);
Result<Bytes> hash_of(const InnerOp& inner, BytesView child);

Status check_against_spec(const LeafOp& leaf, const ProofSpec& spec);
// `layer` counts from the leaf, which is 0.
Status check_against_spec(const InnerOp& inner, const ProofSpec& spec, std::int64_t layer);

}  // namespace astyq::suites
