// SPDX-License-Identifier: Apache-2.0
// The grammar of canonical.h against libprotobuf, and the engine's gate against both: what the
// grammar refuses never gets in.
#include "astyq/base/v1/envelope.pb.h"
#include "crypto/sha256.h"
#include "engine/member.h"
#include "fuzz/targets/targets.h"
#include "ledger/rules.h"
#include "support/random_message.h"
#include "wire/canonical.h"
#include "wire/signing.h"

namespace astyq::fuzz {
namespace {

using base::v1::SignedTx;
using base::v1::TxBody;

constexpr const char* kNetwork = "astyq-fuzz";
constexpr std::uint32_t kMostBytes = 256 * 1024;

const crypto::Ed25519Key& signer() {
  static const crypto::Ed25519Key kKey(crypto::sha256("astyq fuzz"));
  return kKey;
}

// Canonical bytes are just those that libprotobuf writes of what it read.
template <typename Message>
bool is_canonical(BytesView bytes, const char* name, Message& message) {
  const auto fault = wire::walk(bytes, wire::message_index(name), kProtocolVersion);
  ASTYQ_CHECK(fault.offset <= bytes.size());
  if (!fault.ok()) {
    ASTYQ_CHECK(!wire::reason_name(fault.reason).empty());
    return false;
  }
  ASTYQ_CHECK(message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
  ASTYQ_CHECK(message.SerializeAsString() == bytes);
  return true;
}

engine::Member prepared(BytesView signed_tx) {
  const BytesView views[] = {signed_tx};
  auto members = engine::prepare(views, {kNetwork, kProtocolVersion, kMostBytes});
  ASTYQ_CHECK(members.size() == 1);
  return std::move(members[0]);
}

void try_signed(BytesView input) {
  SignedTx signed_tx;
  TxBody body;
  const bool canonical = is_canonical(input, "astyq.base.v1.SignedTx", signed_tx) &&
                         is_canonical(signed_tx.body(), "astyq.base.v1.TxBody", body);
  const engine::Member member = prepared(input);
  if (input.size() > kMostBytes) {
    ASTYQ_CHECK(member.fault == Refusal(base::v1::TOO_LARGE));
  } else if (!canonical) {
    ASTYQ_CHECK(member.fault == Refusal(base::v1::NOT_CANONICAL));
  } else if (!member.fault.refused()) {
    ASTYQ_CHECK(member.body_hash == crypto::sha256(signed_tx.body()));
    ASTYQ_CHECK(member.body.SerializeAsString() == signed_tx.body());
    ASTYQ_CHECK(member.body.operations_size() > 0);
    ASTYQ_CHECK(member.signers.size() == static_cast<std::size_t>(signed_tx.auth_size()));
    for (std::size_t i = 1; i < member.signers.size(); ++i)
      ASTYQ_CHECK(member.signers[i - 1].public_key < member.signers[i].public_key);
  }
}

// Whether a canonical body can be of a transaction at all.
bool has_form(const TxBody& body) {
  if (body.operations_size() == 0 || body.once_case() == TxBody::ONCE_NOT_SET) return false;
  for (const auto& op : body.operations())
    if (op.verb_case() == base::v1::Operation::VERB_NOT_SET) return false;
  return !body.operations(body.operations_size() - 1).linked();
}

void try_body(BytesView input) {
  TxBody body;
  if (!is_canonical(input, "astyq.base.v1.TxBody", body)) return;
  const Bytes signed_tx = wire::sign_transaction(body, kNetwork, {&signer(), 1});
  if (signed_tx.size() > kMostBytes) return;
  const engine::Member member = prepared(signed_tx);
  ASTYQ_CHECK(member.fault.refused() != has_form(body));
  // Nobody else's signature, and none for another network.
  Bytes forged = signed_tx;
  forged.back() = static_cast<char>(forged.back() ^ 1);
  ASTYQ_CHECK(prepared(forged).fault.refused());
  const Bytes elsewhere = wire::sign_transaction(body, "astyq-else", {&signer(), 1});
  ASTYQ_CHECK(prepared(elsewhere).fault.refused());
}

void attempt(BytesView input) {
  try_signed(input);
  try_body(input);
}

std::vector<Bytes> seeds() {
  test::Random random(1);
  std::vector<Bytes> made;
  while (made.size() < 24) {
    TxBody body;
    test::fill(random, body);
    made.push_back(body.SerializeAsString());
    made.push_back(wire::sign_transaction(body, kNetwork, {&signer(), 1}));
    SignedTx signed_tx;
    test::fill(random, signed_tx);
    signed_tx.set_body(body.SerializeAsString());
    made.push_back(signed_tx.SerializeAsString());
  }
  return made;
}

}  // namespace

Target transaction() {
  return {"transaction", attempt, seeds};
}

}  // namespace astyq::fuzz
