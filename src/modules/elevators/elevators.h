// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "astyq/elevators/v1/state.pb.h"
#include "base/amount.h"
#include "ledger/view.h"

// Granaries: bins, weighbridge tickets, analyses, batches, and what may leave.
namespace astyq::elevators {

// Duval credit weight, kg: floor(mass * (1 - a')(1 - c') / ((1 - b)(1 - d))) with a' = max(actual,
// basis moisture) and c' = max(actual, basis foreign matter). Grain better than basis earns
// nothing. The remainder below one kilogram stays with the elevator. Nothing when a basis is 100 %.
struct Quality {
  Bps moisture;
  Bps foreign_matter;
};
std::optional<Kg> credit_weight(Kg mass, Quality actual, Quality basis);

std::optional<v1::Elevator> find(const View& view, std::uint64_t elevator);
std::optional<v1::BasisProfile> find_basis_profile(const View& view, std::uint64_t profile);
std::optional<v1::Batch> find_batch(const View& view, std::uint64_t batch);

// Not under a shipment ban: grain may leave. A suspended licence alone stops no redemption.
// Requires: the elevator exists.
bool may_release(const View& view, std::uint64_t elevator);
// Licensed, and may release: may issue receipts. Requires: the elevator exists.
bool is_open_for_business(const View& view, std::uint64_t elevator);

// Credited kilograms of closed tickets that no receipt, open proposal or return has taken.
std::uint64_t unreceipted_kg(const v1::Batch& batch);
// Technical capacity less live receipts; 0 when a lowered capacity is exceeded.
std::uint64_t free_capacity_kg(const v1::Elevator& elevator);

// A proposal takes hold of kilograms, and lets them go. Requires: the batch has them.
void hold_for_proposal(View& view, std::uint64_t batch, std::uint64_t kg);
void drop_hold(View& view, std::uint64_t batch, std::uint64_t kg);
// Held kilograms become live receipts: the counters of batch, elevator and class. Requires: held,
// free capacity.
void receipt_issued(View& view, std::uint64_t batch, std::uint64_t kg);
// Live kilograms of an elevator's class end with a redemption. Requires: they are live, and left
// under a permit that ends in the same operation.
void receipt_redeemed(View& view, std::uint64_t elevator, const v1::Grade& grade, std::uint64_t kg);

// A redemption order lets so much leave for the receiver. Requires: no permit for this receipt.
struct Release {
  std::uint64_t receipt;
  std::uint64_t elevator;
  v1::Crop crop;
  std::uint64_t kg;
  std::uint64_t receiver;
};
void permit_release(View& view, const Release& release);
std::optional<v1::ReleasePermit> find_permit(const View& view, std::uint64_t receipt);
// A block of the receipt stops what a permit would still let leave, and its end lets it go on;
// nothing without a permit.
void set_release_stopped(View& view, std::uint64_t receipt, bool stopped);
// Ends a permit; nothing may leave for the receipt any more. Requires: it exists. What left under
// it goes off the live receipts in the same operation.
void close_permit(View& view, std::uint64_t receipt);

}  // namespace astyq::elevators
