// SPDX-License-Identifier: Apache-2.0
// A licensing body withdraws a licence for ever; only a new one makes its holder licensed again.
#include "licences/handlers.gen.h"
#include "licences/state.gen.h"
#include "modules/authority/authority.h"

namespace astyq::licences {

using v1::WithdrawLicence;

Refusal check(const WithdrawLicence&, const Rules&) {
  return kAccepted;
}

Outcome apply(const WithdrawLicence& tx, TxContext& ctx) {
  const auto slot = kLicences(tx.licence());
  auto licence = ctx.get(slot);
  if (!licence) return WithdrawLicence::NO_SUCH_LICENCE;
  if (licence->status() != v1::ACTIVE && licence->status() != v1::SUSPENDED)
    return WithdrawLicence::ALREADY_ENDED;
  if (!authority::act_covers(ctx, tx.act(), authority::v1::WITHDRAW_LICENCE, licence->holder()))
    return WithdrawLicence::ACT_DOES_NOT_COVER;

  licence->set_status(v1::WITHDRAWN);
  licence->set_act(tx.act());
  ctx.put(slot, *licence);
  ctx.erase(kCurrentLicences(licence->holder(), static_cast<std::uint32_t>(licence->kind())));
  return kAccepted;
}

}  // namespace astyq::licences
