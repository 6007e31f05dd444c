// SPDX-License-Identifier: Apache-2.0
// A holder offers a receipt in pledge for a debt. It is held from this moment, not from the
// pledgee's word: else it could be sold or redeemed while the pledgee reads the contract.
#include "base/amount.h"
#include "modules/receipts/receipt_parts.h"
#include "modules/receipts/receipts.h"
#include "receipts/handlers.gen.h"
#include "receipts/state.gen.h"

namespace astyq::receipts {

using v1::PledgeReceipt;

Refusal check(const PledgeReceipt& tx, const Rules&) {
  if (tx.pledgee() == 0) return PledgeReceipt::NO_PLEDGEE;
  if (tx.debt_tiyn() == 0 || !Tiyn::of(tx.debt_tiyn())) return PledgeReceipt::WRONG_DEBT;
  return kAccepted;
}

Outcome apply(const PledgeReceipt& tx, TxContext& ctx) {
  auto receipt = find(ctx, tx.receipt());
  if (!receipt) return PledgeReceipt::NO_SUCH_RECEIPT;
  if (!is_holder(ctx, *receipt)) return PledgeReceipt::NOT_HOLDER;
  if (tx.pledgee() == ctx.party()) return PledgeReceipt::TO_YOURSELF;
  if (tx.due_at_ns() <= ctx.time().time_ns) return PledgeReceipt::DUE_IN_THE_PAST;
  if (const Refusal why = why_not_free<PledgeReceipt>(*receipt); why.refused()) return why;

  v1::Pledge pledge;
  pledge.set_pledgee(tx.pledgee());
  pledge.set_state(v1::OFFERED);
  pledge.set_debt_tiyn(tx.debt_tiyn());
  pledge.set_due_at_ns(tx.due_at_ns());
  pledge.set_contract_digest(tx.contract_digest());
  pledge.set_created_at_ns(ctx.time().time_ns);
  *receipt->mutable_restricted()->mutable_pledge() = pledge;
  receipt->set_encumbered(true);
  ctx.put(kReceipts(tx.receipt()), *receipt);
  return kAccepted;
}

}  // namespace astyq::receipts
