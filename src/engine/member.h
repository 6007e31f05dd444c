// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "astyq/base/v1/envelope.pb.h"
#include "ledger/refusal.h"
#include "ledger/signer.h"

namespace astyq::engine {

// What decides about a transaction's bytes without any state.
struct Form {
  std::string network_id;
  std::uint32_t protocol_version = 0;
  std::uint32_t max_transaction_bytes = 0;

  bool operator==(const Form&) const = default;
};

// A transaction after all that can be checked without state: form and signatures.
struct Member {
  Refusal fault;  // of form or signature; nothing else is set then
  base::v1::TxBody body;
  Hash body_hash{};
  std::size_t size = 0;         // bytes of the signed transaction
  std::vector<Signer> signers;  // ascending by public key
};

// Decodes signed transactions and verifies all their signatures, Ed25519 in batches. A pure
// function: hosts call it from as many threads as they like, before the block.
std::vector<Member> prepare(std::span<const BytesView> signed_txs, const Form& form);

using Authorisations = google::protobuf::RepeatedPtrField<base::v1::Authorisation>;

// The signatures under a message that is no transaction, one by one; those who made them. Refuses
// with NOT_SIGNED, KEYS_NOT_SORTED, WRONG_SIGNATURE.
Refusal verify_signatures(const Authorisations& auths, BytesView message,
                          std::vector<Signer>& signers);

}  // namespace astyq::engine
