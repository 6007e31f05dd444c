// SPDX-License-Identifier: Apache-2.0
// The grain has left and neither receiver nor holder confirms it: the registrar ends the receipt on
// the finding of an authority, an act about its holder.
#include "modules/authority/authority.h"
#include "modules/elevators/elevators.h"
#include "modules/receipts/receipt_parts.h"
#include "modules/receipts/receipts.h"
#include "modules/receipts/redemption.h"
#include "receipts/handlers.gen.h"
#include "receipts/state.gen.h"

namespace astyq::receipts {

using v1::CertifyRelease;

Refusal check(const CertifyRelease&, const Rules&) {
  return kAccepted;
}

Outcome apply(const CertifyRelease& tx, TxContext& ctx) {
  const auto receipt = find(ctx, tx.receipt());
  if (!receipt) return CertifyRelease::NO_SUCH_RECEIPT;
  if (receipt->state() != v1::REDEMPTION_PENDING) return CertifyRelease::NO_ORDER;
  if (receipt->blocked_by_act() != 0) return CertifyRelease::BLOCKED;
  const auto permit = elevators::find_permit(ctx, tx.receipt());
  ASTYQ_CHECK(permit.has_value());
  if (permit->released_kg() < permit->kg()) return CertifyRelease::NOT_ALL_RELEASED;
  if (!authority::act_covers(ctx, tx.act(), authority::v1::CERTIFY_RELEASE,
                             receipt->restricted().holder()))
    return CertifyRelease::NO_ACT_ABOUT_HOLDER;

  redeem(ctx, tx.receipt(), tx.act());
  return kAccepted;
}

}  // namespace astyq::receipts
