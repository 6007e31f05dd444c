// SPDX-License-Identifier: Apache-2.0
// The holder joins receipts into one. A batch is one depositor's grain of one grade in one
// elevator, so receipts of the same batch agree in all three, and a receipt always names the batch
// that it came from.
#include <algorithm>
#include <vector>

#include "modules/receipts/receipt_parts.h"
#include "modules/receipts/receipts.h"
#include "receipts/handlers.gen.h"
#include "receipts/state.gen.h"

namespace astyq::receipts {

using v1::MergeReceipts;

namespace {

Refusal why_not_mergeable(const TxContext& ctx, const std::optional<v1::Receipt>& parent) {
  if (!parent) return MergeReceipts::NO_SUCH_RECEIPT;
  if (!is_holder(ctx, *parent)) return MergeReceipts::NOT_HOLDER;
  return why_not_free<MergeReceipts>(*parent);
}

v1::Receipt merged(const MergeReceipts& tx, const std::vector<v1::Receipt>& parents) {
  Kg total;
  v1::Receipt child = parents.front();
  for (const v1::Receipt& parent : parents) {
    const auto sum = total.plus(Kg::of(parent.kg()).value());
    // The batch's credit is within the range of Kg and holds each of its live kilograms once.
    ASTYQ_CHECK(sum.has_value());
    total = *sum;
    child.set_issued_at_ns(std::min(child.issued_at_ns(), parent.issued_at_ns()));
  }
  child.set_kg(total.count());
  child.set_issued_kg(total.count());
  *child.mutable_parents() = tx.receipts();
  return child;
}

}  // namespace

Refusal check(const MergeReceipts& tx, const Rules& rules) {
  const auto count = static_cast<std::uint32_t>(tx.receipts_size());
  if (count < 2 || count > rules.max_parts()) return MergeReceipts::WRONG_NUMBER_OF_RECEIPTS;
  std::vector<std::uint64_t> sorted(tx.receipts().begin(), tx.receipts().end());
  std::sort(sorted.begin(), sorted.end());
  if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end())
    return MergeReceipts::SAME_RECEIPT_TWICE;
  return kAccepted;
}

Outcome apply(const MergeReceipts& tx, TxContext& ctx) {
  std::vector<v1::Receipt> parents;
  parents.reserve(static_cast<std::size_t>(tx.receipts_size()));
  for (const std::uint64_t id : tx.receipts()) {
    const auto parent = ctx.get(kReceipts(id));
    if (const Refusal why = why_not_mergeable(ctx, parent); why.refused()) return why;
    parents.push_back(*parent);
  }
  for (const v1::Receipt& parent : parents)
    if (parent.batch() != parents.front().batch()) return MergeReceipts::NOT_ONE_BATCH;
  for (const v1::Receipt& parent : parents)
    if (parent.paid_until_ns() != parents.front().paid_until_ns())
      return MergeReceipts::NOT_ONE_PAID_UNTIL;

  for (const std::uint64_t id : tx.receipts()) end_receipt(ctx, id, v1::MERGED);
  return Outcome::created(ctx.add(kReceipts, merged(tx, parents)));
}

}  // namespace astyq::receipts
