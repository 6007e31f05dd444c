// SPDX-License-Identifier: Apache-2.0
#include "proof/anchor.h"

#include "light/commit.h"
#include "proof/proof_file.h"
#include "wire/block_header.h"
#include "wire/json.h"
#include "wire/validators.h"

namespace astyq::proof {
namespace {

using comet::v1::LightBlock;
using comet::v1::SignedHeader;

constexpr std::int64_t kDayNs = 86'400'000'000'000;
constexpr std::int64_t kClockDriftNs = 10'000'000'000;
constexpr std::uint32_t kMostTrustingDays = 3'660;

std::int64_t period_ns(const Anchor& anchor) {
  return anchor.trusting_days * kDayNs;
}

// A step is judged at the time of the block that it leads to: an old proof is as right as it was
// when it was new, and a validator vouches for nothing later than it answers for its key.
light::Judge judge_of(const Anchor& anchor) {
  return [period = period_ns(anchor)](const light::Trusted& trusted, const LightBlock& block) {
    if (Status form = light::check_form(block.signed_header()); !form.ok())
      return light::Judgement{light::Verdict::kInvalid, form.fault()};
    const auto& header = block.signed_header().header();
    light::Terms terms;
    terms.trusting_period_ns = period;
    auto judgement = light::verify(trusted, block, terms, wire::time_ns_of(header.time()));
    // Blocks between the two are nearer to each other.
    if (judgement.reason.code == "light_expired" && header.height() > trusted.height + 1)
      judgement.verdict = light::Verdict::kNotEnoughTrust;
    return judgement;
  };
}

LightBlock last_block(const v1::Proof& proof) {
  LightBlock last;
  *last.mutable_signed_header() = proof.signed_header();
  *last.mutable_validator_set() = proof.validators();
  return last;
}

Bytes hash_of(const SignedHeader& signed_header) {
  return Bytes(view(wire::header_hash(signed_header.header())));
}

Result<Standing> check_path(const v1::Proof& proof, const Anchor& anchor) {
  const auto& header = proof.signed_header().header();
  // What was found right stays so, however old it grows.
  if (!anchor.start_hash.empty() && hash_of(proof.signed_header()) == anchor.start_hash)
    return Standing::kFresh;
  if (header.height() <= anchor.start.height)
    return Fault{"proof_before_trust",
                 "The proof's header is of height " + std::to_string(header.height()) +
                     ", what you trust begins at " + std::to_string(anchor.start.height) +
                     ". Take an older start: the network's genesis.json, or the file that was "
                     "written when the proof was new."};
  const LightBlock last = last_block(proof);
  std::vector<const LightBlock*> path;
  for (const LightBlock& block : proof.path()) path.push_back(&block);
  path.push_back(&last);
  const auto reached = light::walk_path(anchor.start, path, judge_of(anchor));
  if (!reached.ok()) return reached.fault();
  if (reached->time_ns - anchor.now_ns >= kClockDriftNs)
    return Fault{"proof_from_future",
                 "The header's time has not come yet. Set this machine's clock right; if it is "
                 "right, do not rely on this proof."};
  return anchor.now_ns - anchor.start.time_ns < period_ns(anchor) ? Standing::kFresh
                                                                  : Standing::kStale;
}

}  // namespace

Anchor anchor_of(const ledger::v1::Genesis& genesis, std::int64_t now_ns) {
  Anchor anchor{genesis.network_id(), genesis.validator_key()};
  if (genesis.validators_size() == 0) return anchor;
  for (const auto& validator : genesis.validators())
    *anchor.start.validators.add_validators() =
        wire::make_validator(validator.key(), validator.power());
  wire::sort_validators(anchor.start.validators);
  anchor.start.chain_id = genesis.network_id();
  anchor.start.time_ns = genesis.time_ns();
  anchor.start.next_validators_hash = Bytes(view(wire::validators_hash(anchor.start.validators)));
  anchor.trusting_days = genesis.trusting_days();
  anchor.now_ns = now_ns;
  return anchor;
}

bool is_trust_text(std::string_view text) {
  return format_of(text).starts_with("astyq-trust-");
}

std::string write_trust(const v1::TrustedBlock& trusted) {
  ASTYQ_CHECK(trusted.format() == kTrustFormat);
  return indented_json(trusted);
}

Result<Anchor> read_trust(std::string_view text, std::int64_t now_ns) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  v1::TrustedBlock trusted;
  const auto malformed = [](const std::string& why) {
    return Fault{"trust_malformed", "The trusted start is malformed: " + why +
                                        " Take it again from where it was written."};
  };
  if (const Status read = wire::from_json(text, trusted, kMostBytes); !read.ok())
    return malformed(read.fault().text);
  if (trusted.format() != kTrustFormat)
    return malformed("this program reads " + std::string(kTrustFormat) + ".");
  if (trusted.trusting_days() == 0 || trusted.trusting_days() > kMostTrustingDays)
    return malformed("it does not say for how many days.");
  const LightBlock& block = trusted.block();
  if (Status form = light::check_form(block.signed_header()); !form.ok()) return form.fault();
  if (Status set = light::check_validators(block.validator_set()); !set.ok()) return set.fault();
  if (Status own = light::check_commit(block.signed_header(), block.validator_set()); !own.ok())
    return own.fault();
  Anchor anchor{block.signed_header().header().chain_id()};
  anchor.start = light::trusted_of(block);
  anchor.start_hash = hash_of(block.signed_header());
  anchor.trusting_days = trusted.trusting_days();
  anchor.now_ns = now_ns;
  return anchor;
}

Result<Standing> standing_of(const v1::Proof& proof, const Anchor& anchor) {
  const SignedHeader& signed_header = proof.signed_header();
  if (signed_header.header().chain_id() != anchor.network_id)
    return Fault{"proof_other_network",
                 "The proof is of another network than the genesis: not of " + anchor.network_id +
                     ". Take the genesis of the network that it is about."};
  if (anchor.validator_key.empty()) return check_path(proof, anchor);
  if (!wire::verify_signed_header(signed_header, anchor.network_id, anchor.validator_key))
    return Fault{"proof_wrong_signature",
                 "The header is not signed by the validator that the genesis names: somebody made "
                 "or changed it. Do not rely on this proof."};
  return Standing::kFresh;
}

Fault stale(const Anchor& anchor) {
  return {"proof_anchor_stale",
          "What you trust is older than the " + std::to_string(anchor.trusting_days) +
              " days for which its validators answer for their keys: whoever got hold of enough of "
              "the old keys could have made this. Take a newer start from a source of your own, or "
              "the file that was written when the proof was new (`astyq trust`)."};
}

Status add_path(v1::Proof& proof, const comet::v1::ValidatorSet& signers, const Anchor& anchor,
                const light::Fetch& fetch) {
  const std::int64_t height = proof.signed_header().header().height();
  ASTYQ_CHECK(anchor.validator_key.empty() && height > anchor.start.height);
  *proof.mutable_validators() = signers;
  const LightBlock last = last_block(proof);
  const auto path = light::find_path(
      anchor.start, height,
      [&](std::int64_t wanted) {
        return wanted == height ? Result<LightBlock>(last) : fetch(wanted);
      },
      judge_of(anchor));
  if (!path.ok()) return path.fault();
  proof.clear_path();
  for (std::size_t i = 0; i + 1 < path->size(); ++i) *proof.add_path() = (*path)[i];
  return Done{};
}

Result<v1::TrustedBlock> trusted_block(const v1::Proof& proof, const Anchor& anchor) {
  if (!anchor.validator_key.empty())
    return Fault{"trust_not_needed",
                 "This network has one validator, which its genesis names for ever: the genesis is "
                 "all that a verifier needs."};
  const auto standing = standing_of(proof, anchor);
  if (!standing.ok()) return standing.fault();
  if (*standing == Standing::kStale) return stale(anchor);
  if (hash_of(proof.signed_header()) == anchor.start_hash)
    return Fault{"trust_not_newer",
                 "The proof is of the very block that you trust. Take a proof of a later one."};
  v1::TrustedBlock out;
  out.set_format(kTrustFormat);
  *out.mutable_block() = last_block(proof);
  out.set_trusting_days(anchor.trusting_days);
  return out;
}

}  // namespace astyq::proof
