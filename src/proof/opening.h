// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/engine.h"
#include "engine/member.h"
#include "proof/statement.h"

// Restricted parts: opened to whoever holds a file, sealed for one reader, asked for by their
// owner.
namespace astyq::proof {

// The opening of a row. Requires: a row with a restricted part.
v1::Opening opening_of(const store::Row& row);
// The same for one reader alone. Faults: `reader_key_invalid`.
Result<v1::SealedOpening> sealed_for(const crypto::ReaderPublicKey& reader,
                                     const v1::Opening& opening);

// Reads the value of a present row, and its restricted part where the proof opens it. Faults:
// `proof_unknown_row`, `proof_other_opening`, `proof_not_for_you`, `proof_malformed`.
// Requires: out.table and out.key are set.
Status read_value(const v1::Proof& proof, const crypto::ReaderKey* reader, Statement& out);

// A party's request to have a row of its own opened, sealed for a reader: what travels is for that
// reader alone, whoever sends it again.
inline constexpr std::int64_t kRequestLastsNs = 60'000'000'000;
v1::OpeningRequest sign_request(const v1::OpeningBody& body, std::string_view network_id,
                                const crypto::Ed25519Key& key);

struct Request {
  v1::OpeningBody body;
  std::vector<Signer> signers;
};
// Checks form, time and signatures. Faults: `opening_malformed`, `opening_expired`,
// `opening_wrong_signature`.
Result<Request> read_request(const v1::OpeningRequest& request, std::string_view network_id,
                             std::int64_t now_ns);
// Whether the signers speak for the party. Faults: `opening_not_yours`.
Status check_signers(const Request& request, const engine::Engine& engine);

}  // namespace astyq::proof
