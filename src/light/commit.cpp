// SPDX-License-Identifier: Apache-2.0
#include "light/commit.h"

#include <map>

#include "crypto/ed25519.h"
#include "light/validators.h"
#include "wire/block_header.h"
#include "wire/validators.h"

namespace astyq::light {
namespace {

using comet::v1::BlockId;
using comet::v1::Commit;
using comet::v1::CommitSig;
using comet::v1::Header;
using comet::v1::ValidatorSet;

constexpr std::uint32_t kAbsent = 1;
constexpr std::uint32_t kForBlock = 2;
constexpr std::uint32_t kForNil = 3;
constexpr std::int64_t kMostSeconds = INT64_MAX / 1'000'000'000 - 1;
constexpr std::uint32_t kNanosOfSecond = 1'000'000'000;
constexpr Fraction kTwoThirds{2, 3};

Fault malformed(const char* what) {
  return {"light_malformed", std::string("The header is malformed: ") + what +
                                 ". The file may have been cut short or changed."};
}

bool is_hash_or_empty(const Bytes& hash) {
  return hash.empty() || hash.size() == 32;
}

bool is_block_id(const BlockId& id) {
  return is_hash_or_empty(id.hash()) && is_hash_or_empty(id.part_set_header().hash());
}

Status check_header(const Header& header) {
  if (header.chain_id().empty() || header.chain_id().size() > 50) return malformed("no network");
  if (header.height() < 1) return malformed("no height");
  if (header.time().seconds() < 0 || header.time().seconds() > kMostSeconds ||
      header.time().nanos() >= kNanosOfSecond)
    return malformed("no time since 1970");
  if (!is_block_id(header.last_block_id())) return malformed("a block id of another size");
  for (const Bytes* hash :
       {&header.last_commit_hash(), &header.data_hash(), &header.evidence_hash(),
        &header.consensus_hash(), &header.last_results_hash(), &header.next_validators_hash()})
    if (!is_hash_or_empty(*hash)) return malformed("a hash of another size");
  if (header.validators_hash().size() != 32) return malformed("no validators");
  if (header.proposer_address().size() != 20) return malformed("no proposer");
  return Done{};
}

bool is_well_formed(const CommitSig& vote) {
  if (vote.block_id_flag() == kAbsent)
    return vote.validator_address().empty() && vote.signature().empty();
  if (vote.block_id_flag() != kForBlock && vote.block_id_flag() != kForNil) return false;
  return vote.validator_address().size() == 20 && vote.timestamp().nanos() < kNanosOfSecond &&
         !vote.signature().empty() && vote.signature().size() <= 64;
}

// All of them at once, and one by one only to name who is wrong.
Status check_signatures(const comet::v1::SignedHeader& signed_header, const ValidatorSet& set) {
  const Commit& commit = signed_header.commit();
  std::vector<int> places;
  for (int i = 0; i < commit.signatures_size(); ++i)
    if (commit.signatures(i).block_id_flag() == kForBlock) places.push_back(i);
  std::vector<Bytes> messages;
  messages.reserve(places.size());  // what the items point into must not move
  std::vector<crypto::Ed25519Item> items;
  for (const int place : places) {
    const CommitSig& vote = commit.signatures(place);
    messages.push_back(
        wire::precommit_sign_bytes(signed_header.header().chain_id(), commit, vote.timestamp()));
    const auto key = to_array<32>(set.validators(place).pub_key().ed25519());
    const auto signature = to_array<64>(vote.signature());
    ASTYQ_CHECK(key.has_value());
    items.push_back({*key, signature.value_or(std::array<std::uint8_t, 64>{}), messages.back()});
  }
  const auto valid = crypto::ed25519_verify_batch(items);
  for (std::size_t i = 0; i < places.size(); ++i)
    if (valid[i] == 0 || commit.signatures(places[i]).signature().size() != 64)
      return Fault{"light_wrong_signature",
                   "The signature of validator " +
                       to_hex(commit.signatures(places[i]).validator_address()) +
                       " under this header is not its own: somebody made or changed it. Do not "
                       "rely on this block."};
  return Done{};
}

}  // namespace

Status check_form(const comet::v1::SignedHeader& signed_header) {
  const Header& header = signed_header.header();
  const Commit& commit = signed_header.commit();
  if (Status right = check_header(header); !right.ok()) return right;
  if (commit.signatures_size() == 0 || commit.signatures_size() > kMostValidators)
    return malformed("no signatures");
  if (!is_block_id(commit.block_id()) || commit.block_id().hash().empty())
    return malformed("a commit of no block");
  if (commit.round() > INT32_MAX) return malformed("a round below zero");
  for (const CommitSig& vote : commit.signatures())
    if (!is_well_formed(vote)) return malformed("a vote that is none");
  if (commit.height() != header.height() ||
      commit.block_id().hash() != view(wire::header_hash(header)))
    return Fault{"light_other_header",
                 "The commit is of another header than the one beside it: one of the two was "
                 "changed. Do not rely on this block."};
  return Done{};
}

Result<std::int64_t> claimed_power(const Commit& commit, const ValidatorSet& set) {
  struct Known {
    std::int64_t power;
    bool has_voted;
  };
  std::map<Bytes, Known> known;
  for (const auto& validator : set.validators())
    known[Bytes(view(wire::validator_address(validator.pub_key().ed25519())))] = {
        validator.voting_power(), false};
  std::int64_t power = 0;
  for (const CommitSig& vote : commit.signatures()) {
    if (vote.block_id_flag() != kForBlock) continue;
    const auto voter = known.find(vote.validator_address());
    if (voter == known.end()) continue;
    if (voter->second.has_voted)
      return Fault{"light_double_vote",
                   "Validator " + to_hex(vote.validator_address()) +
                       " stands twice in the commit. Do not rely on this block."};
    voter->second.has_voted = true;
    power += voter->second.power;
  }
  return power;
}

Status check_commit(const comet::v1::SignedHeader& signed_header, const ValidatorSet& set) {
  const Commit& commit = signed_header.commit();
  if (signed_header.header().validators_hash() != view(wire::validators_hash(set)))
    return Fault{"light_other_set",
                 "The header names another set of validators than the one beside it. Do not rely "
                 "on this block."};
  const Fault other_signer{"light_other_signer",
                           "A signature stands at the place of another validator. Do not rely on "
                           "this block."};
  if (commit.signatures_size() != set.validators_size()) return other_signer;
  for (int i = 0; i < set.validators_size(); ++i) {
    const CommitSig& vote = commit.signatures(i);
    if (vote.block_id_flag() == kForBlock &&
        vote.validator_address() !=
            view(wire::validator_address(set.validators(i).pub_key().ed25519())))
      return other_signer;
  }
  const auto power = claimed_power(commit, set);
  if (!power.ok()) return power.fault();
  if (!is_more_than({*power, total_power(set)}, kTwoThirds))
    return Fault{"light_too_little_power",
                 "Validators with " + std::to_string(*power) + " of " +
                     std::to_string(total_power(set)) +
                     " power signed the header; it takes more than two thirds. Do not rely on "
                     "this block."};
  return check_signatures(signed_header, set);
}

}  // namespace astyq::light
