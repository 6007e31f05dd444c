// SPDX-License-Identifier: Apache-2.0
// An authority records a document, such as a court's arrest or an akimat's order, that compelled
// effects cite.
#include "authority/handlers.gen.h"
#include "authority/state.gen.h"

namespace astyq::authority {

using v1::RecordAct;

Refusal check(const RecordAct& tx, const Rules&) {
  if (tx.number().empty()) return RecordAct::NO_NUMBER;
  if (tx.subject() == 0) return RecordAct::NO_SUBJECT;
  if (tx.scopes().empty()) return RecordAct::NO_SCOPE;
  int last = v1::ACT_SCOPE_UNSPECIFIED;
  for (const int scope : tx.scopes()) {
    if (scope <= last) return RecordAct::SCOPES_NOT_ASCENDING;
    last = scope;
  }
  return kAccepted;
}

Outcome apply(const RecordAct& tx, TxContext& ctx) {
  if (tx.expires_at_ns() != 0 && tx.expires_at_ns() <= ctx.time().time_ns)
    return RecordAct::ALREADY_EXPIRED;
  v1::Act act;
  act.set_authority(ctx.party());
  act.set_number(tx.number());
  act.set_document_digest(tx.document_digest());
  *act.mutable_scopes() = tx.scopes();
  act.set_expires_at_ns(tx.expires_at_ns());
  act.mutable_restricted()->set_subject(tx.subject());
  return Outcome::created(ctx.add(kActs, act));
}

}  // namespace astyq::authority
