// SPDX-License-Identifier: Apache-2.0
#include "modules/receipts/redemption.h"

#include "modules/elevators/elevators.h"
#include "modules/receipts/receipt_parts.h"
#include "receipts/state.gen.h"

namespace astyq::receipts {
namespace {

// Nothing may leave any more, and the order's own end comes to nothing.
v1::Receipt without_order(View& view, std::uint64_t receipt) {
  v1::Receipt row = view.require(kReceipts(receipt));
  ASTYQ_CHECK(row.state() == v1::REDEMPTION_PENDING);
  elevators::close_permit(view, receipt);
  view.cancel(ledger::v1::EXPIRE_REDEMPTION_ORDER, receipt, row.redemption_expires_at_running_ns());
  row.set_redemption_expires_at_running_ns(0);
  return row;
}

}  // namespace

void end_redemption_order(View& view, std::uint64_t receipt) {
  v1::Receipt row = without_order(view, receipt);
  row.set_state(v1::ACTIVE);
  view.put(kReceipts(receipt), row);
}

void redeem(View& view, std::uint64_t receipt, std::uint64_t act) {
  const auto permit = elevators::find_permit(view, receipt);
  ASTYQ_CHECK(permit.has_value() && permit->released_kg() > 0);
  v1::Receipt row = without_order(view, receipt);
  ASTYQ_CHECK(permit->released_kg() <= row.kg());
  elevators::receipt_redeemed(view, row.elevator(), row.grade(), permit->released_kg());
  row.set_redeemed_kg(permit->released_kg());
  row.set_redeemed_by_act(act);
  view.put(kReceipts(receipt), row);
  end_receipt(view, receipt, v1::REDEEMED);
}

}  // namespace astyq::receipts
