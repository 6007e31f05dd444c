// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "astyq/ledger/v1/genesis.pb.h"
#include "astyq/proof/v1/proof.pb.h"
#include "light/path.h"

// Whom a verifier trusts, and how a header is led back to that. The rule stands in
// docs/adr/0014-how-long-a-trusted-start-is-believed.md.
namespace astyq::proof {

inline constexpr const char* kTrustFormat = "astyq-trust-1";

struct Anchor {
  std::string network_id;
  Bytes validator_key{};  // of an embedded network: signs all its headers, and papers
  // Of a consortium, whose validator_key is empty:
  light::Trusted start{};  // the genesis, or a block that the verifier's owner found right
  Bytes start_hash{};      // of that block's header; empty for the genesis
  std::uint32_t trusting_days = 0;
  std::int64_t now_ns = 0;  // the verifier's clock
};

// Requires: engine::validators_problem is empty.
Anchor anchor_of(const ledger::v1::Genesis& genesis, std::int64_t now_ns = 0);

// A file of `astyq trust`: JSON of TrustedBlock.
bool is_trust_text(std::string_view text);
std::string write_trust(const v1::TrustedBlock& trusted);
// Faults: `trust_malformed`; those of light/commit.h and light/validators.h for its block.
Result<Anchor> read_trust(std::string_view text, std::int64_t now_ns);

enum class Standing { kFresh, kStale };

// Whether the validators that the anchor leads to signed the proof's header. kStale: they did, but
// the anchor is older now than its validators answer for their keys. Requires: a proof that
// statement.h's verify takes without an anchor. Faults:
//   proof_other_network    the header is another network's
//   proof_wrong_signature  the one validator of an embedded network did not sign it
//   proof_before_trust     it is not after the anchor's block
//   proof_from_future      its time has not come yet
// and those of light/verify.h for a step of the path.
Result<Standing> standing_of(const v1::Proof& proof, const Anchor& anchor);

// What is told of a kStale one: code `proof_anchor_stale`.
Fault stale(const Anchor& anchor);

// Puts the way from the anchor to the proof's header into it, as short as bisection finds one.
// `signers` is the set that the header names. Requires: a consortium's anchor, a header after it.
// Faults: those of light::find_path.
Status add_path(v1::Proof& proof, const comet::v1::ValidatorSet& signers, const Anchor& anchor,
                const light::Fetch& fetch);

// The proof's block as an anchor for what comes after it. Faults: those of standing_of,
// `proof_anchor_stale`, `trust_not_needed` for an embedded network, `trust_not_newer` for the
// anchor's own block. Requires: as standing_of.
Result<v1::TrustedBlock> trusted_block(const v1::Proof& proof, const Anchor& anchor);

}  // namespace astyq::proof
