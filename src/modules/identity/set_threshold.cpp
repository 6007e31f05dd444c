// SPDX-License-Identifier: Apache-2.0
// A company or state body decides how many of its officers' keys must sign together.
#include "identity/handlers.gen.h"
#include "identity/state.gen.h"

namespace astyq::identity {

using v1::SetThreshold;

Refusal check(const SetThreshold& tx, const Rules&) {
  if (tx.threshold() == 0) return SetThreshold::NO_THRESHOLD;
  return kAccepted;
}

Outcome apply(const SetThreshold& tx, TxContext& ctx) {
  const auto party_slot = kParties(ctx.party());
  v1::Party party = ctx.require(party_slot);
  if (party.kind() == v1::NATURAL_PERSON) return SetThreshold::PERSON_SIGNS_ALONE;
  if (tx.threshold() > party.active_keys()) return SetThreshold::MORE_THAN_KEYS;

  party.set_threshold(tx.threshold());
  ctx.put(party_slot, party);
  return kAccepted;
}

}  // namespace astyq::identity
