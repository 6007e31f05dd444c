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
  return kAccepted;
}

Outcome apply(const RecordAct& tx, TxContext& ctx) {
  if (tx.expires_at_ns() != 0 && tx.expires_at_ns() <= ctx.time().time_ns)
    return RecordAct::ALREADY_EXPIRED;
  v1::Act act;
  act.set_authority(ctx.party());
  act.set_number(tx.number());
  act.set_document_digest(tx.document_digest());
  act.set_subject(tx.subject());
  act.set_expires_at_ns(tx.expires_at_ns());
  return Outcome::created(ctx.add(kActs, act));
}

}  // namespace astyq::authority
