// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "base/amount.h"
#include "elevators/handlers.gen.h"
#include "elevators/state.gen.h"

namespace astyq::elevators {
namespace {

// Changes by id that must come to nothing: what one row gains, others say where from.
using Sums = std::map<std::uint64_t, Int128>;

bool all_zero(const Sums& sums) {
  for (const auto& [id, sum] : sums)
    if (sum != 0) return false;
  return true;
}

template <typename Message>
Message or_empty(const std::optional<Message>& row) {
  return row.value_or(Message());
}

// 2: an operation that raises live receipts leaves them within the technical capacity.
Refusal check_capacity(const Delta& delta) {
  return delta.each(kElevators,
                    [](std::uint64_t, const auto& before, const auto& after) -> Refusal {
                      const std::uint64_t live_before = or_empty(before).live_receipts_kg();
                      if (!after) return base::v1::INVARIANT_CAPACITY;
                      if (after->live_receipts_kg() > live_before &&
                          after->live_receipts_kg() > after->technical_capacity_kg())
                        return base::v1::INVARIANT_CAPACITY;
                      return kAccepted;
                    });
}

// An elevator's live receipts are those of its crops and classes.
Refusal check_live(const Delta& delta) {
  Sums by_elevator;
  (void)delta.each(kElevators, [&](std::uint64_t id, const auto& before, const auto& after) {
    by_elevator[id] += Int128{or_empty(after).live_receipts_kg()};
    by_elevator[id] -= Int128{or_empty(before).live_receipts_kg()};
    return kAccepted;
  });
  (void)delta.each(kLiveGrain, [&](std::uint64_t elevator, std::uint32_t, std::uint32_t,
                                   const auto& before, const auto& after) {
    by_elevator[elevator] -= Int128{or_empty(after).live_kg()};
    by_elevator[elevator] += Int128{or_empty(before).live_kg()};
    return kAccepted;
  });
  if (!all_zero(by_elevator)) return base::v1::INVARIANT_RECEIPT_CONSERVATION;
  return kAccepted;
}

// 4: a batch gives out at most what its tickets credited.
Refusal check_batches(const Delta& delta) {
  return delta.each(kBatches, [](std::uint64_t, const auto&, const auto& after) -> Refusal {
    if (!after) return base::v1::INVARIANT_UNRECEIPTED_CREDIT;
    const Uint128 taken = Uint128{after->proposed_kg()} + after->receipted_kg() +
                          after->returning_kg() + after->withdrawn_kg();
    if (taken > after->credited_kg()) return base::v1::INVARIANT_UNRECEIPTED_CREDIT;
    return kAccepted;
  });
}

bool has_ended(const v1::Ticket& ticket) {
  return ticket.state() == v1::CLOSED || ticket.state() == v1::REJECTED;
}

// 5: a ticket is credited when it closes, to one batch; closed or rejected it never changes again.
Refusal check_credit(const Delta& delta) {
  Sums by_batch;
  Sums by_elevator;
  const Refusal refusal =
      delta.each(kTickets, [&](std::uint64_t, const auto& before, const auto& after) -> Refusal {
        if (!after || has_ended(or_empty(before))) return base::v1::INVARIANT_CREDIT_ONCE;
        if (after->state() != v1::CLOSED) {
          if (after->credit_kg() != 0 || after->batch() != 0)
            return base::v1::INVARIANT_CREDIT_ONCE;
          return kAccepted;
        }
        if (after->gross_kg() < after->tare_kg() ||
            after->credit_kg() > after->gross_kg() - after->tare_kg())
          return base::v1::INVARIANT_CREDIT_ONCE;
        by_batch[after->batch()] += Int128{after->credit_kg()};
        by_elevator[after->elevator()] += Int128{after->credit_kg()};
        return kAccepted;
      });
  if (refusal.refused()) return refusal;
  (void)delta.each(kBatches, [&](std::uint64_t id, const auto& before, const auto& after) {
    by_batch[id] -= Int128{or_empty(after).credited_kg()};
    by_batch[id] += Int128{or_empty(before).credited_kg()};
    return kAccepted;
  });
  (void)delta.each(kElevators, [&](std::uint64_t id, const auto& before, const auto& after) {
    by_elevator[id] -= Int128{or_empty(after).credited_kg()};
    by_elevator[id] += Int128{or_empty(before).credited_kg()};
    return kAccepted;
  });
  if (!all_zero(by_batch) || !all_zero(by_elevator)) return base::v1::INVARIANT_CREDIT_ONCE;
  return kAccepted;
}

// 8, the source: what left is taken off one redemption's permit, or off one return and the batch
// that it is of, to the kilogram.
Refusal check_sources(const Delta& delta) {
  Sums by_receipt;
  Sums by_batch;
  const Refusal refusal =
      delta.each(kOutbounds, [&](std::uint64_t, const auto& before, const auto& after) -> Refusal {
        if (before || !after || (after->receipt() == 0) == (after->grain_return() == 0) ||
            (after->grain_return() == 0) != (after->batch() == 0))
          return base::v1::INVARIANT_OUTBOUND_SOURCE;
        Sums& sums = after->receipt() != 0 ? by_receipt : by_batch;
        sums[after->receipt() != 0 ? after->receipt() : after->batch()] += Int128{after->kg()};
        return kAccepted;
      });
  if (refusal.refused()) return refusal;
  (void)delta.each(kBatches, [&](std::uint64_t id, const auto& before, const auto& after) {
    by_batch[id] -= Int128{or_empty(after).withdrawn_kg()};
    by_batch[id] += Int128{or_empty(before).withdrawn_kg()};
    return kAccepted;
  });
  const Refusal permits = delta.each(
      kReleasePermits,
      [&](std::uint64_t receipt, const auto& before, const auto& after) -> Refusal {
        const std::uint64_t released_before = or_empty(before).released_kg();
        if (!after) return kAccepted;
        if (after->released_kg() > after->kg() || (before && before->kg() != after->kg()))
          return base::v1::INVARIANT_OUTBOUND_SOURCE;
        by_receipt[receipt] -= Int128{after->released_kg()};
        by_receipt[receipt] += Int128{released_before};
        return kAccepted;
      });
  if (permits.refused()) return permits;
  if (!all_zero(by_receipt) || !all_zero(by_batch)) return base::v1::INVARIANT_OUTBOUND_SOURCE;
  return kAccepted;
}

std::uint64_t open_kg(const std::optional<v1::GrainReturn>& row) {
  return row ? row->kg() - row->released_kg() : 0;
}

// A return lets leave what was ordered, from the batch and to the receiver that were named.
bool is_same_order(const v1::GrainReturn& one, const v1::GrainReturn& other) {
  return one.kg() == other.kg() && one.batch() == other.batch() &&
         one.restricted().receiver() == other.restricted().receiver();
}

// 4 and 8 of returns: a batch holds what its returns still let leave, and each has released what
// left for it. One that ends is carried out, or what has not left is the batch's again.
Refusal check_returns(const Delta& delta) {
  Sums held;  // by batch
  Sums left;  // by return
  std::map<std::uint64_t, std::uint64_t> batch_of;
  (void)delta.each(kOutbounds, [&](std::uint64_t, const auto&, const auto& after) {
    const v1::Outbound row = or_empty(after);
    if (row.grain_return() == 0) return kAccepted;
    left[row.grain_return()] += Int128{row.kg()};
    batch_of[row.grain_return()] = row.batch();
    return kAccepted;
  });
  const Refusal refusal =
      delta.each(kReturns, [&](std::uint64_t id, const auto& before, const auto& after) -> Refusal {
        const v1::GrainReturn& row = after ? *after : *before;
        if (after &&
            (after->released_kg() >= after->kg() || (before && !is_same_order(*before, *after))))
          return base::v1::INVARIANT_OUTBOUND_SOURCE;
        if (batch_of.contains(id) && batch_of[id] != row.batch())
          return base::v1::INVARIANT_OUTBOUND_SOURCE;
        if (!after && left[id] > Int128{open_kg(before)})
          return base::v1::INVARIANT_OUTBOUND_SOURCE;
        left[id] -= after ? Int128{after->released_kg()} - Int128{or_empty(before).released_kg()}
                          : left[id];
        held[row.batch()] += Int128{open_kg(after)} - Int128{open_kg(before)};
        return kAccepted;
      });
  if (refusal.refused()) return refusal;
  (void)delta.each(kBatches, [&](std::uint64_t id, const auto& before, const auto& after) {
    held[id] -= Int128{or_empty(after).returning_kg()} - Int128{or_empty(before).returning_kg()};
    return kAccepted;
  });
  if (!all_zero(left)) return base::v1::INVARIANT_OUTBOUND_SOURCE;
  if (!all_zero(held)) return base::v1::INVARIANT_UNRECEIPTED_CREDIT;
  return kAccepted;
}

// 8, the debt: live receipts grow by what batches gave out on receipts, and fall by what left under
// permits that end.
Refusal check_redeemed(const Delta& delta) {
  Sums by_elevator;
  (void)delta.each(kElevators, [&](std::uint64_t id, const auto& before, const auto& after) {
    by_elevator[id] += Int128{or_empty(after).live_receipts_kg()};
    by_elevator[id] -= Int128{or_empty(before).live_receipts_kg()};
    return kAccepted;
  });
  (void)delta.each(kBatches, [&](std::uint64_t, const auto& before, const auto& after) {
    by_elevator[after->elevator()] -= Int128{after->receipted_kg()};
    by_elevator[after->elevator()] += Int128{or_empty(before).receipted_kg()};
    return kAccepted;
  });
  (void)delta.each(kReleasePermits, [&](std::uint64_t, const auto& before, const auto& after) {
    if (before && !after) by_elevator[before->elevator()] += Int128{before->released_kg()};
    return kAccepted;
  });
  if (!all_zero(by_elevator)) return base::v1::INVARIANT_RECEIPT_CONSERVATION;
  return kAccepted;
}

// 9, one bin: inbound less outbound is what it holds, within its capacity, of one crop.
Refusal check_bin(const v1::Bin& bin) {
  if (bin.outbound_kg() > bin.inbound_kg() ||
      bin.balance_kg() != bin.inbound_kg() - bin.outbound_kg() ||
      bin.balance_kg() > bin.capacity_kg() ||
      (bin.balance_kg() == 0) != (bin.crop() == v1::CROP_UNSPECIFIED))
    return base::v1::INVARIANT_BIN_BALANCE;
  return kAccepted;
}

struct BinChanges {
  Sums inbound;   // by bin
  Sums outbound;  // by bin
  Sums stock;     // by elevator
};

Refusal add_bin_changes(const Delta& delta, BinChanges& changes) {
  return delta.each(kBins, [&](std::uint64_t id, const auto& before, const auto& after) -> Refusal {
    if (!after || (before && before->elevator() != after->elevator()))
      return base::v1::INVARIANT_BIN_BALANCE;
    const v1::Bin was = or_empty(before);
    changes.inbound[id] += Int128{after->inbound_kg()} - Int128{was.inbound_kg()};
    changes.outbound[id] += Int128{after->outbound_kg()} - Int128{was.outbound_kg()};
    changes.stock[after->elevator()] += Int128{after->balance_kg()} - Int128{was.balance_kg()};
    return check_bin(*after);
  });
}

// 8 and 9: bins change by the tickets closed into them and by what is recorded as having left them.
Refusal check_bins(const Delta& delta) {
  BinChanges changes;
  if (const Refusal refusal = add_bin_changes(delta, changes); refusal.refused()) return refusal;
  (void)delta.each(kTickets, [&](std::uint64_t, const auto& before, const auto& after) {
    if (after && after->state() == v1::CLOSED && or_empty(before).state() != v1::CLOSED)
      changes.inbound[after->bin()] -= Int128{after->gross_kg() - after->tare_kg()};
    return kAccepted;
  });
  (void)delta.each(kOutbounds, [&](std::uint64_t, const auto& before, const auto& after) {
    if (after && !before) changes.outbound[after->bin()] -= Int128{after->kg()};
    return kAccepted;
  });
  (void)delta.each(kElevators, [&](std::uint64_t id, const auto& before, const auto& after) {
    changes.stock[id] -= Int128{or_empty(after).stock_kg()} - Int128{or_empty(before).stock_kg()};
    return kAccepted;
  });
  if (!all_zero(changes.outbound)) return base::v1::INVARIANT_OUTBOUND_SOURCE;
  if (!all_zero(changes.inbound) || !all_zero(changes.stock))
    return base::v1::INVARIANT_BIN_BALANCE;
  return kAccepted;
}

}  // namespace

Refusal check_invariants(const Delta& delta, const View&) {
  using Check = Refusal (*)(const Delta&);
  constexpr Check kChecks[] = {check_capacity, check_live,    check_batches,  check_credit,
                               check_sources,  check_returns, check_redeemed, check_bins};
  for (const Check check : kChecks)
    if (const Refusal refusal = check(delta); refusal.refused()) return refusal;
  return kAccepted;
}

}  // namespace astyq::elevators
