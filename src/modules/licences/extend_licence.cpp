// SPDX-License-Identifier: Apache-2.0
// A licensing body prolongs a licence before its term ends: tickets, proposals and issues go on
// without a gap. A suspended one is prolonged too, and stays suspended.
#include "licences/handlers.gen.h"
#include "licences/state.gen.h"
#include "modules/licences/licences.h"

namespace astyq::licences {

using v1::ExtendLicence;

Refusal check(const ExtendLicence&, const Rules&) {
  return kAccepted;
}

Outcome apply(const ExtendLicence& tx, TxContext& ctx) {
  const auto slot = kLicences(tx.licence());
  auto licence = ctx.get(slot);
  if (!licence) return ExtendLicence::NO_SUCH_LICENCE;
  if (licence->status() != v1::ACTIVE && licence->status() != v1::SUSPENDED)
    return ExtendLicence::ALREADY_ENDED;
  if (term_is_over(*licence, ctx.time().time_ns)) return ExtendLicence::ALREADY_ENDED;
  if (licence->valid_to_ns() == 0) return ExtendLicence::NOT_LONGER;
  if (tx.valid_to_ns() != 0 && tx.valid_to_ns() <= licence->valid_to_ns())
    return ExtendLicence::NOT_LONGER;

  licence->set_valid_to_ns(tx.valid_to_ns());
  ctx.put(slot, *licence);
  return kAccepted;
}

}  // namespace astyq::licences
