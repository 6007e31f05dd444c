// SPDX-License-Identifier: Apache-2.0
// The operator paints another name on a silo; the grain in it stays what and whose it is.
#include "elevators/handlers.gen.h"
#include "elevators/state.gen.h"
#include "modules/elevators/elevators.h"

namespace astyq::elevators {

using v1::RenameBin;

Refusal check(const RenameBin& tx, const Rules&) {
  if (tx.name().empty()) return RenameBin::NO_NAME;
  return kAccepted;
}

Outcome apply(const RenameBin& tx, TxContext& ctx) {
  auto bin = ctx.get(kBins(tx.bin()));
  if (!bin) return RenameBin::NO_SUCH_BIN;
  if (ctx.require(kElevators(bin->elevator())).operator_() != ctx.party())
    return RenameBin::NOT_OPERATOR;
  if (bin->name() == tx.name()) return RenameBin::SAME_NAME;

  bin->set_name(tx.name());
  ctx.put(kBins(tx.bin()), *bin);
  return kAccepted;
}

}  // namespace astyq::elevators
