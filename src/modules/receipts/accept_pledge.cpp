// SPDX-License-Identifier: Apache-2.0
// A pledgee accepts a receipt in pledge. It names the terms that it read: the holder could have
// taken the offer back and made another while the acceptance was on its way.
#include "modules/identity/identity.h"
#include "modules/receipts/receipts.h"
#include "receipts/handlers.gen.h"
#include "receipts/state.gen.h"

namespace astyq::receipts {

using v1::AcceptPledge;

namespace {

bool are_terms_of(const AcceptPledge& tx, const v1::Pledge& pledge) {
  return tx.debt_tiyn() == pledge.debt_tiyn() && tx.due_at_ns() == pledge.due_at_ns() &&
         tx.contract_digest() == pledge.contract_digest();
}

}  // namespace

Refusal check(const AcceptPledge&, const Rules&) {
  return kAccepted;
}

Outcome apply(const AcceptPledge& tx, TxContext& ctx) {
  auto receipt = find(ctx, tx.receipt());
  if (!receipt) return AcceptPledge::NO_SUCH_RECEIPT;
  if (!receipt->restricted().has_pledge()) return AcceptPledge::NOT_PLEDGED;
  const v1::Pledge& pledge = receipt->restricted().pledge();
  if (pledge.pledgee() != ctx.party()) return AcceptPledge::NOT_PLEDGEE;
  if (pledge.state() == v1::ACCEPTED) return AcceptPledge::ALREADY_ACCEPTED;
  if (!are_terms_of(tx, pledge)) return AcceptPledge::TERMS_DIFFER;
  if (identity::is_frozen(ctx, receipt->restricted().holder())) return AcceptPledge::HOLDER_FROZEN;
  if (receipt->blocked_by_act() != 0) return AcceptPledge::BLOCKED;
  ASTYQ_CHECK(receipt->state() == v1::ACTIVE && receipt->encumbered());

  receipt->mutable_restricted()->mutable_pledge()->set_state(v1::ACCEPTED);
  ctx.put(kReceipts(tx.receipt()), *receipt);
  return kAccepted;
}

}  // namespace astyq::receipts
