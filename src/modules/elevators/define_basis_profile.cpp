// SPDX-License-Identifier: Apache-2.0
// An authority sets down what a crop's credit weight is computed against; a changed standard is a
// new profile.
#include "base/amount.h"
#include "elevators/handlers.gen.h"
#include "elevators/state.gen.h"

namespace astyq::elevators {

using v1::DefineBasisProfile;

Refusal check(const DefineBasisProfile& tx, const Rules&) {
  if (tx.crop() == v1::CROP_UNSPECIFIED) return DefineBasisProfile::NO_CROP;
  if (tx.standard().empty()) return DefineBasisProfile::NO_STANDARD;
  if (tx.basis_moisture_bps() >= Bps::kWhole || tx.basis_foreign_matter_bps() >= Bps::kWhole)
    return DefineBasisProfile::WRONG_BASIS;
  return kAccepted;
}

Outcome apply(const DefineBasisProfile& tx, TxContext& ctx) {
  v1::BasisProfile profile;
  profile.set_crop(tx.crop());
  profile.set_standard(tx.standard());
  profile.set_basis_moisture_bps(tx.basis_moisture_bps());
  profile.set_basis_foreign_matter_bps(tx.basis_foreign_matter_bps());
  return Outcome::created(ctx.add(kBasisProfiles, profile));
}

}  // namespace astyq::elevators
