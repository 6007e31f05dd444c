// SPDX-License-Identifier: Apache-2.0
#include "wire/block_header.h"

#include "base/check.h"
#include "crypto/sha256.h"
#include "wire/fields.h"
#include "wire/validators.h"

namespace astyq::wire {
namespace {

using comet::v1::BlockId;
using comet::v1::Commit;
using comet::v1::Header;

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::uint64_t kBlockProtocol = 11;
constexpr std::uint32_t kCommitFlag = 2;
constexpr std::uint64_t kPrecommit = 2;
constexpr std::uint64_t kMaxBlockBytes = 22'020'096;

void append_fixed64_field(Bytes& out, unsigned number, std::uint64_t value) {
  if (value == 0) return;
  append_varint(out, number << 3 | 1);
  for (int shift = 0; shift < 64; shift += 8) out.push_back(static_cast<char>(value >> shift));
}

// A bare value as Go's cdcEncode makes a leaf of it: wrapped as field 1, nothing when empty.
Bytes wrapped(BytesView value) {
  Bytes out;
  if (!value.empty()) append_bytes_field(out, 1, value);
  return out;
}

Bytes wrapped(std::uint64_t value) {
  Bytes out;
  append_varint_field(out, 1, value);
  return out;
}

Bytes encode_part_set(const comet::v1::PartSetHeader& parts) {
  Bytes out;
  append_varint_field(out, 1, parts.total());
  if (!parts.hash().empty()) append_bytes_field(out, 2, parts.hash());
  return out;
}

// The part set header is written even when it is empty, as Go's non-nullable field is.
Bytes encode_block_id(const BlockId& id) {
  Bytes out;
  if (!id.hash().empty()) append_bytes_field(out, 1, id.hash());
  append_bytes_field(out, 2, encode_part_set(id.part_set_header()));
  return out;
}

Bytes encode_timestamp(const comet::v1::Timestamp& time) {
  Bytes out;
  append_varint_field(out, 1, static_cast<std::uint64_t>(time.seconds()));
  append_varint_field(out, 2, time.nanos());
  return out;
}

Bytes bytes_of(const Hash& hash) {
  return Bytes(view(hash));
}

Hash consensus_hash() {
  Bytes params;
  append_varint_field(params, 1, kMaxBlockBytes);
  append_varint_field(params, 2, static_cast<std::uint64_t>(-1));  // no gas limit
  return crypto::sha256(params);
}

// To CometBFT every transaction answers code 0 with no data and no gas: an empty leaf.
Hash empty_results_hash(std::size_t count) {
  const std::vector<Bytes> leaves(count);
  return crypto::merkle_root(leaves);
}

BlockId block_id_of(const Header& header) {
  BlockId id;
  id.set_hash(bytes_of(header_hash(header)));
  // An embedded node gossips no parts: one part, named by the data it would hold.
  id.mutable_part_set_header()->set_total(1);
  id.mutable_part_set_header()->set_hash(header.data_hash());
  return id;
}

}  // namespace

comet::v1::Timestamp timestamp_of(std::int64_t time_ns) {
  ASTYQ_CHECK(time_ns >= 0);
  comet::v1::Timestamp timestamp;
  timestamp.set_seconds(time_ns / kSecondNs);
  timestamp.set_nanos(static_cast<std::uint32_t>(time_ns % kSecondNs));
  return timestamp;
}

std::int64_t time_ns_of(const comet::v1::Timestamp& timestamp) {
  return timestamp.seconds() * kSecondNs + timestamp.nanos();
}

ValidatorAddress validator_address(BytesView public_key) {
  const Hash hash = crypto::sha256(public_key);
  return *to_array<20>(view(hash).substr(0, 20));
}

Hash validators_hash(BytesView public_key) {
  comet::v1::ValidatorSet set;
  *set.add_validators() = make_validator(public_key, kOnlyValidatorPower);
  return validators_hash(set);
}

Hash header_hash(const Header& header) {
  Bytes version;
  append_varint_field(version, 1, header.version().block());
  append_varint_field(version, 2, header.version().app());
  const std::array<Bytes, 14> leaves{version,
                                     wrapped(header.chain_id()),
                                     wrapped(static_cast<std::uint64_t>(header.height())),
                                     encode_timestamp(header.time()),
                                     encode_block_id(header.last_block_id()),
                                     wrapped(header.last_commit_hash()),
                                     wrapped(header.data_hash()),
                                     wrapped(header.validators_hash()),
                                     wrapped(header.next_validators_hash()),
                                     wrapped(header.consensus_hash()),
                                     wrapped(header.app_hash()),
                                     wrapped(header.last_results_hash()),
                                     wrapped(header.evidence_hash()),
                                     wrapped(header.proposer_address())};
  return crypto::merkle_root(leaves);
}

Hash data_hash(std::span<const Bytes> txs) {
  std::vector<Bytes> leaves;
  leaves.reserve(txs.size());
  for (const Bytes& tx : txs) leaves.push_back(bytes_of(crypto::sha256(tx)));
  return crypto::merkle_root(leaves);
}

Hash commit_hash(const Commit& commit) {
  std::vector<Bytes> leaves;
  for (const auto& signature : commit.signatures()) {
    Bytes leaf;
    append_varint_field(leaf, 1, signature.block_id_flag());
    if (!signature.validator_address().empty())
      append_bytes_field(leaf, 2, signature.validator_address());
    append_bytes_field(leaf, 3, encode_timestamp(signature.timestamp()));
    if (!signature.signature().empty()) append_bytes_field(leaf, 4, signature.signature());
    leaves.push_back(std::move(leaf));
  }
  return crypto::merkle_root(leaves);
}

Bytes precommit_sign_bytes(std::string_view chain_id, const Commit& commit,
                           const comet::v1::Timestamp& time) {
  Bytes vote;
  append_varint_field(vote, 1, kPrecommit);
  append_fixed64_field(vote, 2, static_cast<std::uint64_t>(commit.height()));
  append_fixed64_field(vote, 3, commit.round());
  append_bytes_field(vote, 4, encode_block_id(commit.block_id()));
  append_bytes_field(vote, 5, encode_timestamp(time));
  append_bytes_field(vote, 6, chain_id);
  Bytes out;
  append_varint(out, vote.size());
  return out + vote;
}

Header make_header(const BlockFacts& facts, BytesView validator_public_key) {
  Header header;
  header.mutable_version()->set_block(kBlockProtocol);
  header.mutable_version()->set_app(facts.app_version);
  header.set_chain_id(std::string(facts.chain_id));
  header.set_height(facts.height);
  *header.mutable_time() = timestamp_of(facts.time_ns);
  header.mutable_last_block_id();
  if (facts.last != nullptr) {
    *header.mutable_last_block_id() = facts.last->commit().block_id();
    header.set_last_results_hash(bytes_of(empty_results_hash(facts.last_tx_count)));
  }
  header.set_last_commit_hash(
      bytes_of(commit_hash(facts.last != nullptr ? facts.last->commit() : Commit())));
  header.set_data_hash(bytes_of(data_hash(facts.txs)));
  header.set_validators_hash(bytes_of(validators_hash(validator_public_key)));
  header.set_next_validators_hash(header.validators_hash());
  header.set_consensus_hash(bytes_of(consensus_hash()));
  header.set_app_hash(bytes_of(facts.app_hash));
  header.set_evidence_hash(bytes_of(crypto::sha256("")));
  header.set_proposer_address(Bytes(view(validator_address(validator_public_key))));
  return header;
}

comet::v1::SignedHeader sign_header(const BlockFacts& facts, const crypto::Ed25519Key& validator) {
  const auto public_key = validator.public_key();
  comet::v1::SignedHeader out;
  *out.mutable_header() = make_header(facts, view(public_key));
  const Header& header = out.header();

  Commit& commit = *out.mutable_commit();
  commit.set_height(facts.height);
  *commit.mutable_block_id() = block_id_of(header);
  auto& signature = *commit.add_signatures();
  signature.set_block_id_flag(kCommitFlag);
  signature.set_validator_address(header.proposer_address());
  *signature.mutable_timestamp() = header.time();
  const Bytes message = precommit_sign_bytes(facts.chain_id, commit, header.time());
  signature.set_signature(Bytes(view(validator.sign(message))));
  return out;
}

bool verify_signed_header(const comet::v1::SignedHeader& signed_header, std::string_view chain_id,
                          BytesView validator_public_key) {
  const Header& header = signed_header.header();
  const Commit& commit = signed_header.commit();
  if (header.chain_id() != chain_id || commit.height() != header.height()) return false;
  if (commit.round() != 0 || commit.signatures_size() != 1) return false;
  if (header.validators_hash() != view(validators_hash(validator_public_key))) return false;
  if (commit.block_id().hash() != view(header_hash(header))) return false;
  const auto& signature = commit.signatures(0);
  if (signature.block_id_flag() != kCommitFlag) return false;
  if (signature.validator_address() != view(validator_address(validator_public_key))) return false;
  const Bytes message = precommit_sign_bytes(chain_id, commit, signature.timestamp());
  return crypto::ed25519_verify(validator_public_key, signature.signature(), message);
}

}  // namespace astyq::wire
