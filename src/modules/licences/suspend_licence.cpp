// SPDX-License-Identifier: Apache-2.0
// A licensing body suspends a licence: what is stored stays and may be redeemed, nothing new is
// issued under it.
#include "licences/handlers.gen.h"
#include "licences/state.gen.h"
#include "modules/authority/authority.h"

namespace astyq::licences {

using v1::SuspendLicence;

Refusal check(const SuspendLicence&, const Rules&) {
  return kAccepted;
}

Outcome apply(const SuspendLicence& tx, TxContext& ctx) {
  const auto slot = kLicences(tx.licence());
  auto licence = ctx.get(slot);
  if (!licence) return SuspendLicence::NO_SUCH_LICENCE;
  if (licence->status() != v1::ACTIVE) return SuspendLicence::NOT_ACTIVE;
  if (!authority::act_covers(ctx, tx.act(), authority::v1::SUSPEND_LICENCE, licence->holder()))
    return SuspendLicence::ACT_DOES_NOT_COVER;

  licence->set_status(v1::SUSPENDED);
  licence->set_act(tx.act());
  ctx.put(slot, *licence);
  return kAccepted;
}

}  // namespace astyq::licences
