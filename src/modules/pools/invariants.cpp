// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "base/amount.h"
#include "modules/assets/assets.h"
#include "modules/pools/pools.h"
#include "modules/receipts/receipts.h"
#include "pools/handlers.gen.h"
#include "pools/state.gen.h"

namespace astyq::pools {
namespace {

constexpr Int128 kGramsPerKg = 1'000;
using Sums = std::map<std::uint64_t, Int128>;

bool all_zero(const Sums& sums) {
  for (const auto& [key, sum] : sums)
    if (sum != 0) return false;
  return true;
}

bool is_same_pool(const v1::Pool& left, const v1::Pool& right) {
  return left.elevator() == right.elevator() && left.asset() == right.asset() &&
         is_same_grade(left.grade(), right.grade());
}

// A pool stays what it is for ever; only its locked kilograms change.
Refusal check_definitions(const Delta& delta) {
  const Refusal refusal =
      delta.each(kPools, [](std::uint64_t, const auto& before, const auto& after) -> Refusal {
        if (before && (!after || !is_same_pool(*before, *after)))
          return base::v1::INVARIANT_DEFINITION_CHANGED;
        return kAccepted;
      });
  if (refusal.refused()) return refusal;
  return delta.each(kPoolIndex, [](const auto&, const auto& before, const auto&) -> Refusal {
    return before ? Refusal(base::v1::INVARIANT_DEFINITION_CHANGED) : kAccepted;
  });
}

}  // namespace

// Number 10: the tokens of a pool are 1,000 grams for each kilogram locked, and the kilograms
// locked are those of the receipts in it. Both by what changed, so that a mint, a burn or a receipt
// beside the pool's row shows.
Refusal check_invariants(const Delta& delta, const View& view) {
  if (const Refusal refusal = check_definitions(delta); refusal.refused()) return refusal;
  Sums grams;  // by asset: supply less what the kilograms locked allow
  Sums kg;     // by pool: kilograms of receipts in it less what its row says
  const Refusal refusal =
      delta.each(kPools, [&](std::uint64_t id, const auto& before, const auto& after) -> Refusal {
        const Int128 locked_kg = after->locked_kg();
        if (assets::supply_of(view, after->asset()) != kGramsPerKg * locked_kg)
          return base::v1::INVARIANT_TOKEN_SUPPLY;
        const Int128 grown_kg = locked_kg - Int128(before ? before->locked_kg() : 0);
        grams[after->asset()] -= kGramsPerKg * grown_kg;
        kg[id] -= grown_kg;
        return kAccepted;
      });
  if (refusal.refused()) return refusal;
  for (const assets::SupplyChange& supply : assets::token_supply_changes(delta, view))
    grams[supply.asset] += Int128(supply.after) - Int128(supply.before);
  for (const auto& [pool, grown_kg] : receipts::locked_kg_changes(delta)) kg[pool] += grown_kg;
  if (!all_zero(grams) || !all_zero(kg)) return base::v1::INVARIANT_TOKEN_SUPPLY;
  return kAccepted;
}

}  // namespace astyq::pools
