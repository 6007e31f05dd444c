// SPDX-License-Identifier: Apache-2.0
#include "engine/member.h"

#include "crypto/ed25519.h"
#include "crypto/p256.h"
#include "crypto/passkey.h"
#include "crypto/sha256.h"
#include "crypto/signatures.h"
#include "wire/canonical.h"

namespace astyq::engine {
namespace {

using base::v1::Authorisation;

bool canonical(BytesView bytes, const char* message, std::uint32_t protocol_version) {
  return wire::walk(bytes, wire::message_index(message), protocol_version).ok();
}

BytesView public_key_of(const Authorisation& auth) {
  switch (auth.kind_case()) {
    case Authorisation::kEd25519:
      return auth.ed25519().public_key();
    case Authorisation::kP256:
      return auth.p256().public_key();
    case Authorisation::kPasskey:
      return auth.passkey().public_key();
    case Authorisation::KIND_NOT_SET:
      break;
  }
  return {};
}

Refusal check_authorisations(const Authorisations& auths) {
  if (auths.empty()) return base::v1::NOT_SIGNED;
  BytesView last;
  for (const Authorisation& auth : auths) {
    const BytesView key = public_key_of(auth);
    if (key.empty()) return base::v1::NOT_SIGNED;
    if (key <= last) return base::v1::KEYS_NOT_SORTED;
    last = key;
  }
  return kAccepted;
}

Refusal check_body(const base::v1::TxBody& body) {
  if (body.operations_size() == 0) return base::v1::NO_OPERATIONS;
  for (const auto& op : body.operations())
    if (op.verb_case() == base::v1::Operation::VERB_NOT_SET) return base::v1::NO_OPERATIONS;
  if (body.once_case() == base::v1::TxBody::ONCE_NOT_SET) return base::v1::NOT_CANONICAL;
  if (body.operations(body.operations_size() - 1).linked()) return base::v1::LINK_OPEN;
  return kAccepted;
}

Refusal decode(BytesView bytes, const Form& form, base::v1::SignedTx& signed_tx, Member& member) {
  if (bytes.size() > form.max_transaction_bytes) return base::v1::TOO_LARGE;
  const std::uint32_t version = form.protocol_version;
  if (!canonical(bytes, "astyq.base.v1.SignedTx", version) ||
      !signed_tx.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) ||
      !canonical(signed_tx.body(), "astyq.base.v1.TxBody", version) ||
      !member.body.ParseFromString(signed_tx.body()))
    return base::v1::NOT_CANONICAL;
  if (const Refusal refusal = check_body(member.body); refusal.refused()) return refusal;
  member.body_hash = crypto::sha256(signed_tx.body());
  member.size = bytes.size();
  return check_authorisations(signed_tx.auth());
}

// Checks the kinds that are verified one by one; Ed25519 is left to the batch.
Refusal verify_single(const Authorisation& auth, BytesView message, Signer& signer) {
  signer.public_key = public_key_of(auth);
  if (auth.has_p256()) {
    signer.kind = SignatureKind::kP256;
    if (!crypto::p256_has_low_s(auth.p256().signature()) ||
        !crypto::p256_verify(signer.public_key, auth.p256().signature(), message))
      return base::v1::WRONG_SIGNATURE;
  } else if (auth.has_passkey()) {
    signer.kind = SignatureKind::kPasskey;
    const auto& passkey = auth.passkey();
    const auto facts = crypto::check_passkey({signer.public_key, passkey.authenticator_data(),
                                              passkey.client_data_json(), passkey.signature()},
                                             message);
    const auto* used = std::get_if<crypto::PasskeyFacts>(&facts);
    if (used == nullptr) return base::v1::WRONG_SIGNATURE;
    signer.origin = used->origin;
    signer.relying_party_digest = used->rp_id_hash;
  }
  return kAccepted;
}

}  // namespace

Refusal verify_signatures(const Authorisations& auths, BytesView message,
                          std::vector<Signer>& signers) {
  if (const Refusal refusal = check_authorisations(auths); refusal.refused()) return refusal;
  for (const Authorisation& auth : auths) {
    Signer signer;
    if (const Refusal wrong = verify_single(auth, message, signer); wrong.refused()) return wrong;
    if (auth.has_ed25519() &&
        !crypto::ed25519_verify(signer.public_key, auth.ed25519().signature(), message))
      return base::v1::WRONG_SIGNATURE;
    signers.push_back(std::move(signer));
  }
  return kAccepted;
}

std::vector<Member> prepare(std::span<const BytesView> signed_txs, const Form& form) {
  std::vector<Member> members(signed_txs.size());
  std::vector<Bytes> messages(signed_txs.size());
  std::vector<crypto::Ed25519Item> batch;
  std::vector<std::size_t> batch_member;
  for (std::size_t i = 0; i < signed_txs.size(); ++i) {
    Member& member = members[i];
    base::v1::SignedTx signed_tx;
    member.fault = decode(signed_txs[i], form, signed_tx, member);
    if (member.fault.refused()) continue;
    messages[i] = crypto::signed_message(form.network_id, member.body_hash);
    for (const Authorisation& auth : signed_tx.auth()) {
      Signer signer;
      member.fault = verify_single(auth, messages[i], signer);
      if (member.fault.refused()) break;  // the first fault decides, and 15 more cost time
      if (auth.has_ed25519()) {
        const auto& ed25519 = auth.ed25519();
        batch.push_back(
            {*to_array<32>(ed25519.public_key()), *to_array<64>(ed25519.signature()), messages[i]});
        batch_member.push_back(i);
      }
      member.signers.push_back(std::move(signer));
    }
  }
  const auto verdicts = crypto::ed25519_verify_batch(batch);
  for (std::size_t i = 0; i < batch.size(); ++i)
    if (verdicts[i] == 0) members[batch_member[i]].fault = base::v1::WRONG_SIGNATURE;
  return members;
}

}  // namespace astyq::engine
