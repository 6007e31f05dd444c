// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"

// ICS-23's messages as any verifier reads them, decoded here and not by the product, whose own
// messages know TendermintSpec alone.
// Source: https://github.com/cosmos/ics23, proto/cosmos/ics23/v1/proofs.proto; batches as of 0.11.
namespace astyq::suites {

enum HashOp : std::int32_t {
  kNoHash = 0,
  kSha256 = 1,
  kSha512 = 2,
  kRipemd160 = 4,
  kBitcoin = 5,  // RIPEMD-160 of SHA-256
  kSha512Of256 = 6,
  kBlake2b512 = 7,
  kBlake2s256 = 8,
};

enum LengthOp : std::int32_t {
  kNoPrefix = 0,
  kVarProto = 1,
  kFixed32Big = 3,
  kFixed32Little = 4,
  kFixed64Big = 5,
  kFixed64Little = 6,
  kRequire32Bytes = 7,
  kRequire64Bytes = 8,
};

struct LeafOp {
  std::int32_t hash = kNoHash;
  std::int32_t prehash_key = kNoHash;
  std::int32_t prehash_value = kNoHash;
  std::int32_t length = kNoPrefix;
  Bytes prefix;
};

struct InnerOp {
  std::int32_t hash = kNoHash;
  Bytes prefix;
  std::optional<Bytes> suffix;  // an empty one is not an absent one

  BytesView suffix_bytes() const { return suffix ? BytesView(*suffix) : BytesView(); }
};

struct ExistenceProof {
  Bytes key;
  Bytes value;
  std::optional<LeafOp> leaf;
  std::vector<InnerOp> path;  // from the leaf up
};

struct NonExistenceProof {
  std::optional<ExistenceProof> left;
  std::optional<ExistenceProof> right;
};

// One proof, or those of a batch.
struct CommitmentProof {
  std::vector<ExistenceProof> present;
  std::vector<NonExistenceProof> absent;
};

struct InnerSpec {
  std::vector<std::int32_t> child_order;
  std::int32_t child_size = 0;
  std::int32_t min_prefix_length = 0;
  std::int32_t max_prefix_length = 0;
  Bytes empty_child;
  std::int32_t hash = kNoHash;
};

struct ProofSpec {
  std::optional<LeafOp> leaf;
  std::optional<InnerSpec> inner;
  std::int32_t max_depth = 0;  // 0: 128
  std::int32_t min_depth = 0;
  bool prehash_key_before_comparison = false;
};

const ProofSpec& iavl_spec();
const ProofSpec& tendermint_spec();
const ProofSpec& smt_spec();

// Nothing for bytes that are no CommitmentProof. Unknown fields are passed over.
std::optional<CommitmentProof> decode_proof(BytesView bytes);

}  // namespace astyq::suites
