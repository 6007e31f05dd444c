// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "assets/handlers.gen.h"
#include "assets/state.gen.h"
#include "base/amount.h"

namespace astyq::assets {
namespace {

constexpr std::uint64_t kMaxAmount = INT64_MAX;
using Holding = std::pair<std::uint64_t, std::uint64_t>;  // party, asset

Int128 change(std::uint64_t before, std::uint64_t after) {
  return Int128(after) - Int128(before);
}

template <typename Key>
bool all_zero(const std::map<Key, Int128>& sums) {
  for (const auto& [key, sum] : sums)
    if (sum != 0) return false;
  return true;
}

// What an asset is never changes, and neither does its place in the index of money.
Refusal check_definitions(const Delta& delta) {
  const auto changed = [](const auto&, const auto& before, const auto&) -> Refusal {
    return before ? Refusal(base::v1::INVARIANT_DEFINITION_CHANGED) : kAccepted;
  };
  if (const Refusal refusal = delta.each(kAssets, changed); refusal.refused()) return refusal;
  return delta.each(kMoneyIndex, changed);
}

// Per asset: the supply grows by what the balances grow by.
Refusal check_conservation(const Delta& delta) {
  std::map<std::uint64_t, Int128> sums;
  Refusal refusal = delta.each(
      kSupplies, [&](std::uint64_t asset, const auto& before, const auto& after) -> Refusal {
        if (!after || after->amount() > kMaxAmount) return base::v1::INVARIANT_MONEY_CONSERVATION;
        sums[asset] += change(before ? before->amount() : 0, after->amount());
        return kAccepted;
      });
  if (refusal.refused()) return refusal;
  refusal = delta.each(
      kBalances,
      [&](std::uint64_t, std::uint64_t asset, const auto& before, const auto& after) -> Refusal {
        sums[asset] -= change(before ? before->restricted().amount() : 0,
                              after ? after->restricted().amount() : 0);
        return kAccepted;
      });
  if (refusal.refused()) return refusal;
  if (!all_zero(sums)) return base::v1::INVARIANT_MONEY_CONSERVATION;
  return kAccepted;
}

// Per holder and asset: what is locked is what the locks hold, and no more than there is. A balance
// of nothing has no row, a lock of nothing does not exist.
Refusal check_locked(const Delta& delta) {
  std::map<Holding, Int128> sums;
  Refusal refusal =
      delta.each(kBalances,
                 [&](std::uint64_t party, std::uint64_t asset, const auto& before,
                     const auto& after) -> Refusal {
                   if (after && (after->restricted().amount() == 0 ||
                                 after->restricted().locked() > after->restricted().amount()))
                     return base::v1::INVARIANT_LOCKED_BALANCE;
                   sums[{party, asset}] += change(before ? before->restricted().locked() : 0,
                                                  after ? after->restricted().locked() : 0);
                   return kAccepted;
                 });
  if (refusal.refused()) return refusal;
  refusal =
      delta.each(kLocks, [&](std::uint64_t, const auto& before, const auto& after) -> Refusal {
        if (after && after->restricted().amount() == 0) return base::v1::INVARIANT_LOCKED_BALANCE;
        if (before)
          sums[{before->restricted().party(), before->asset()}] += before->restricted().amount();
        if (after)
          sums[{after->restricted().party(), after->asset()}] -= after->restricted().amount();
        return kAccepted;
      });
  if (refusal.refused()) return refusal;
  if (!all_zero(sums)) return base::v1::INVARIANT_LOCKED_BALANCE;
  return kAccepted;
}

}  // namespace

// Of every operation: money and tokens are conserved (number 11), and what is locked stays where it
// is.
Refusal check_invariants(const Delta& delta, const View&) {
  if (const Refusal refusal = check_definitions(delta); refusal.refused()) return refusal;
  if (const Refusal refusal = check_conservation(delta); refusal.refused()) return refusal;
  return check_locked(delta);
}

}  // namespace astyq::assets
