// SPDX-License-Identifier: Apache-2.0
#include "http/earlier.h"

#include <algorithm>

#include "http/answers.h"
#include "query/difference.h"

namespace astyq::http {
namespace {

BytesView key_of(const base::v1::Authorisation& authorisation) {
  if (authorisation.has_ed25519()) return authorisation.ed25519().public_key();
  if (authorisation.has_p256()) return authorisation.p256().public_key();
  return authorisation.passkey().public_key();
}

bool share_a_key(const base::v1::SignedTx& one, const base::v1::SignedTx& other) {
  return std::ranges::any_of(one.auth(), [&](const auto& mine) {
    return std::ranges::any_of(other.auth(),
                               [&](const auto& theirs) { return key_of(mine) == key_of(theirs); });
  });
}

}  // namespace

const base::v1::SignedTx* EarlierTransactions::logged(const query::Settled& settled) {
  if (height_ != settled.height) {
    auto record = node_.read_block(settled.height);
    if (!record.ok()) return nullptr;
    record_ = std::move(*record);
    height_ = settled.height;
  }
  if (settled.position >= static_cast<std::uint32_t>(record_.signed_txs_size())) return nullptr;
  const bool read = logged_.ParseFromString(record_.signed_txs(static_cast<int>(settled.position)));
  return read ? &logged_ : nullptr;
}

std::optional<EarlierTransactions::Earlier> EarlierTransactions::find(const node::Answer& answer,
                                                                      BytesView signed_tx) {
  const bool maybe = answer.fate == node::Fate::kAlreadyApplied ||
                     answer.admission == Refusal(base::v1::ALREADY_APPLIED) ||
                     answer.admission == Refusal(base::v1::SEQUENCE_TOO_OLD) ||
                     answer.admission == Refusal(base::v1::EXPIRED);
  if (!maybe || answer.party == 0) return std::nullopt;
  auto settled = index_.find(name_of(answer));
  if (!settled.ok() || !*settled) return std::nullopt;
  const base::v1::SignedTx* before = logged(**settled);
  base::v1::SignedTx sent;
  base::v1::TxBody sent_body;
  base::v1::TxBody logged_body;
  // What the answer is about was read and its signatures were found right: the party is set.
  if (before == nullptr ||
      !sent.ParseFromArray(signed_tx.data(), static_cast<int>(signed_tx.size())) ||
      !share_a_key(sent, *before) || !sent_body.ParseFromString(sent.body()) ||
      !logged_body.ParseFromString(before->body()))
    return std::nullopt;
  const bool same = (*settled)->body_hash == answer.body_hash;
  return Earlier{std::move(**settled), same ? "" : query::first_difference(sent_body, logged_body)};
}

}  // namespace astyq::http
