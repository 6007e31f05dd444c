// SPDX-License-Identifier: Apache-2.0
// The holder divides a receipt, for a sale or pledge of part of the grain; the elevator owes the
// same to the kilogram.
#include "modules/receipts/receipt_parts.h"
#include "modules/receipts/receipts.h"
#include "receipts/handlers.gen.h"
#include "receipts/state.gen.h"

namespace astyq::receipts {

using v1::SplitReceipt;

Refusal check(const SplitReceipt& tx, const Rules& rules) {
  const auto parts = static_cast<std::uint32_t>(tx.parts_kg_size());
  if (parts < 2 || parts > rules.max_parts()) return SplitReceipt::WRONG_NUMBER_OF_PARTS;
  if (!total_kg(tx.parts_kg())) return SplitReceipt::WRONG_WEIGHT;
  return kAccepted;
}

Outcome apply(const SplitReceipt& tx, TxContext& ctx) {
  const auto parent = ctx.get(kReceipts(tx.receipt()));
  if (!parent) return SplitReceipt::NO_SUCH_RECEIPT;
  if (!is_holder(ctx, *parent)) return SplitReceipt::NOT_HOLDER;
  if (const Refusal why = why_not_free<SplitReceipt>(*parent); why.refused()) return why;
  if (total_kg(tx.parts_kg())->count() != parent->kg()) return SplitReceipt::NOT_THE_SUM;

  end_receipt(ctx, tx.receipt(), v1::SPLIT);
  std::uint64_t last_id = 0;
  for (const std::uint64_t kg : tx.parts_kg())
    last_id = ctx.add(kReceipts, child_of(tx.receipt(), *parent, kg));
  const auto count = static_cast<std::uint32_t>(tx.parts_kg_size());
  return Outcome::created(last_id - count + 1, count);
}

}  // namespace astyq::receipts
