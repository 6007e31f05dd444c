// SPDX-License-Identifier: Apache-2.0
// A licensing body ends the suspension of a licence: its ground is gone.
#include "licences/handlers.gen.h"
#include "licences/state.gen.h"

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

  licence->set_status(v1::ACTIVE);
  licence->set_act(0);
  ctx.put(slot, *licence);
  return kAccepted;
}

}  // namespace astyq::licences
