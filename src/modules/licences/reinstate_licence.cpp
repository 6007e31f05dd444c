// SPDX-License-Identifier: Apache-2.0
// A licensing body ends the suspension of a licence: an act lifts it, or its own term is over.
#include "licences/handlers.gen.h"
#include "licences/state.gen.h"
#include "modules/authority/authority.h"

namespace astyq::licences {

using v1::ReinstateLicence;

Refusal check(const ReinstateLicence&, const Rules&) {
  return kAccepted;
}

Outcome apply(const ReinstateLicence& tx, TxContext& ctx) {
  const auto slot = kLicences(tx.licence());
  auto licence = ctx.get(slot);
  if (!licence) return ReinstateLicence::NO_SUCH_LICENCE;
  if (licence->status() != v1::SUSPENDED) return ReinstateLicence::NOT_SUSPENDED;
  if (!authority::act_lifts(ctx, tx.act(), authority::v1::REINSTATE_LICENCE, licence->holder(),
                            licence->act()))
    return ReinstateLicence::ACT_DOES_NOT_COVER;

  licence->set_status(v1::ACTIVE);
  licence->set_act(0);
  ctx.put(slot, *licence);
  return kAccepted;
}

}  // namespace astyq::licences
