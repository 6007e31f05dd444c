// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "astyq/comet/v1/types.pb.h"
#include "base/bytes.h"
#include "crypto/ed25519.h"

// CometBFT v0.38's hashes and sign bytes: an embedded node is a chain of one validator.
// Source: cometbft types/block.go, types/vote.go, types/canonical.go, types/validator.go.
namespace astyq::wire {

using ValidatorAddress = std::array<std::uint8_t, 20>;

comet::v1::Timestamp timestamp_of(std::int64_t time_ns);
std::int64_t time_ns_of(const comet::v1::Timestamp& timestamp);

// First 20 bytes of the SHA-256 of an Ed25519 key.
ValidatorAddress validator_address(BytesView public_key);
// Of the set that holds just this validator, with power 10.
Hash validators_hash(BytesView public_key);

// RFC 6962 root over the encodings of the 14 fields.
Hash header_hash(const comet::v1::Header& header);
// Over the SHA-256 of each transaction.
Hash data_hash(std::span<const Bytes> txs);
Hash commit_hash(const comet::v1::Commit& commit);

// What a validator signs for a commit of round 0.
Bytes precommit_sign_bytes(std::string_view chain_id, const comet::v1::Commit& commit,
                           const comet::v1::Timestamp& time);

// What one block says of itself.
struct BlockFacts {
  std::string_view chain_id;
  std::uint64_t app_version;
  std::int64_t height;
  std::int64_t time_ns;
  std::span<const Bytes> txs;
  Hash app_hash;                                  // after the block before
  std::size_t last_tx_count;                      // of the block before
  const comet::v1::SignedHeader* last = nullptr;  // of the block before; null at the first height
};

// The header that a chain of this one validator has for such a block.
comet::v1::Header make_header(const BlockFacts& facts, BytesView validator_public_key);
// The same with the commit of its only validator.
comet::v1::SignedHeader sign_header(const BlockFacts& facts, const crypto::Ed25519Key& validator);

// Whether the only validator with this key committed to just this header, in this chain.
bool verify_signed_header(const comet::v1::SignedHeader& signed_header, std::string_view chain_id,
                          BytesView validator_public_key);

}  // namespace astyq::wire
