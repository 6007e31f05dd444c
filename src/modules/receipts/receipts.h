// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>

#include "astyq/receipts/v1/state.pb.h"
#include "base/amount.h"
#include "ledger/delta.h"
#include "ledger/view.h"

// Grain receipts: birth by two signatures and the registrar, transfer, pledge, redemption.
namespace astyq::receipts {

std::optional<v1::Receipt> find(const View& view, std::uint64_t receipt);

// Active, and neither pledged (or offered in pledge), blocked nor reserved: its holder may dispose
// of it.
bool is_free(const v1::Receipt& receipt);
bool is_terminal(v1::ReceiptState state);

// Reserves a free receipt for a delivery on offer, and lets it go. Requires: free; reserved. A
// reserved receipt may be blocked meanwhile: it is free to be given only if it is so without its
// reservation.
void reserve(View& view, std::uint64_t receipt);
void end_reservation(View& view, std::uint64_t receipt);
// Gives a receipt to another holder. Requires: free. An open transfer offer of it lapses.
void give(View& view, std::uint64_t receipt, std::uint64_t to);

// Locks a free receipt in a pool. Requires: free. An open transfer offer of it lapses.
void lock_in_pool(View& view, std::uint64_t receipt, std::uint64_t pool);
// Takes `kg` of a receipt that is locked in a pool back to a holder: the receipt itself when that
// is all of it, else a child that is split off, while a second child stays locked. Returns the
// holder's receipt. Requires: locked in a pool, 0 < kg <= its kg.
std::uint64_t take_from_pool(View& view, std::uint64_t receipt, std::uint64_t kg,
                             std::uint64_t holder);

// By how many kilograms the receipts that are locked in a pool grew by one operation, for each
// pool: for the invariant of pools.
std::map<std::uint64_t, Int128> locked_kg_changes(const Delta& delta);

// Jobs of the block's end; they do nothing when the subject has moved on.
void expire_proposal(View& view, std::uint64_t proposal);
void expire_transfer_offer(View& view, std::uint64_t receipt);
void expire_redemption_order(View& view, std::uint64_t receipt);

}  // namespace astyq::receipts
