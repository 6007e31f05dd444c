// SPDX-License-Identifier: Apache-2.0
#include "modules/receipts/receipts.h"
#include "receipts/state.gen.h"

namespace astyq::receipts {

std::map<std::uint64_t, Int128> locked_kg_changes(const Delta& delta) {
  std::map<std::uint64_t, Int128> changes;
  const auto add = [&changes](const v1::Receipt& receipt, Int128 sign) {
    if (receipt.state() == v1::TOKENISED) changes[receipt.pool()] += sign * Int128(receipt.kg());
  };
  const Refusal refusal = delta.each(
      kReceipts, [&add](std::uint64_t, const auto& before, const auto& after) -> Refusal {
        if (before) add(*before, -1);
        if (after) add(*after, 1);
        return kAccepted;
      });
  ASTYQ_CHECK(!refusal.refused());
  return changes;
}

}  // namespace astyq::receipts
