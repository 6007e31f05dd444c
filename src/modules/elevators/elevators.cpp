// SPDX-License-Identifier: Apache-2.0
#include "modules/elevators/elevators.h"

#include "elevators/state.gen.h"
#include "modules/elevators/kilograms.h"
#include "modules/licences/licences.h"

namespace astyq::elevators {
namespace {

Slot<v1::LiveGrain> live_slot(std::uint64_t elevator, const v1::Grade& grade) {
  return kLiveGrain(elevator, static_cast<std::uint32_t>(grade.crop()), grade.grain_class());
}

}  // namespace

std::optional<v1::Elevator> find(const View& view, std::uint64_t elevator) {
  return view.get(kElevators(elevator));
}

std::optional<v1::BasisProfile> find_basis_profile(const View& view, std::uint64_t profile) {
  return view.get(kBasisProfiles(profile));
}

std::optional<v1::Batch> find_batch(const View& view, std::uint64_t batch) {
  return view.get(kBatches(batch));
}

bool may_release(const View& view, std::uint64_t elevator) {
  return view.require(kElevators(elevator)).regime() != v1::SHIPMENT_BAN;
}

bool is_open_for_business(const View& view, std::uint64_t elevator) {
  const v1::Elevator row = view.require(kElevators(elevator));
  return row.regime() != v1::SHIPMENT_BAN &&
         licences::is_licensed(view, row.operator_(), licences::v1::ELEVATOR);
}

std::uint64_t unreceipted_kg(const v1::Batch& batch) {
  const std::uint64_t for_receipts = add_kg(batch.proposed_kg(), batch.receipted_kg());
  const std::uint64_t for_returns = add_kg(batch.returning_kg(), batch.withdrawn_kg());
  return subtract_kg(batch.credited_kg(), add_kg(for_receipts, for_returns));
}

std::uint64_t free_capacity_kg(const v1::Elevator& elevator) {
  if (elevator.live_receipts_kg() >= elevator.technical_capacity_kg()) return 0;
  return elevator.technical_capacity_kg() - elevator.live_receipts_kg();
}

void hold_for_proposal(View& view, std::uint64_t batch, std::uint64_t kg) {
  v1::Batch row = view.require(kBatches(batch));
  ASTYQ_CHECK(kg <= unreceipted_kg(row));
  row.set_proposed_kg(add_kg(row.proposed_kg(), kg));
  view.put(kBatches(batch), row);
}

void drop_hold(View& view, std::uint64_t batch, std::uint64_t kg) {
  v1::Batch row = view.require(kBatches(batch));
  row.set_proposed_kg(subtract_kg(row.proposed_kg(), kg));
  view.put(kBatches(batch), row);
}

// The capacity is left to invariant 2: it refuses, where a check would stop the node.
void receipt_issued(View& view, std::uint64_t batch, std::uint64_t kg) {
  v1::Batch row = view.require(kBatches(batch));
  row.set_proposed_kg(subtract_kg(row.proposed_kg(), kg));
  row.set_receipted_kg(add_kg(row.receipted_kg(), kg));
  view.put(kBatches(batch), row);

  v1::Elevator elevator = view.require(kElevators(row.elevator()));
  elevator.set_live_receipts_kg(add_kg(elevator.live_receipts_kg(), kg));
  view.put(kElevators(row.elevator()), elevator);

  const auto slot = live_slot(row.elevator(), row.grade());
  v1::LiveGrain live = view.get(slot).value_or(v1::LiveGrain());
  live.set_live_kg(add_kg(live.live_kg(), kg));
  view.put(slot, live);
}

void receipt_redeemed(View& view, std::uint64_t elevator, const v1::Grade& grade,
                      std::uint64_t kg) {
  v1::Elevator row = view.require(kElevators(elevator));
  row.set_live_receipts_kg(subtract_kg(row.live_receipts_kg(), kg));
  view.put(kElevators(elevator), row);

  const auto slot = live_slot(elevator, grade);
  v1::LiveGrain live = view.require(slot);
  live.set_live_kg(subtract_kg(live.live_kg(), kg));
  if (live.live_kg() == 0) {
    view.erase(slot);
  } else {
    view.put(slot, live);
  }
}

void permit_release(View& view, const Release& release) {
  const auto slot = kReleasePermits(release.receipt);
  ASTYQ_CHECK(!view.exists(slot) && view.exists(kElevators(release.elevator)) && release.kg > 0);
  v1::ReleasePermit permit;
  permit.set_elevator(release.elevator);
  permit.set_crop(release.crop);
  permit.set_kg(release.kg);
  permit.mutable_restricted()->set_receiver(release.receiver);
  view.put(slot, permit);
}

std::optional<v1::ReleasePermit> find_permit(const View& view, std::uint64_t receipt) {
  return view.get(kReleasePermits(receipt));
}

void set_release_stopped(View& view, std::uint64_t receipt, bool stopped) {
  auto permit = find_permit(view, receipt);
  if (!permit) return;
  permit->set_stopped(stopped);
  view.put(kReleasePermits(receipt), *permit);
}

void close_permit(View& view, std::uint64_t receipt) {
  const v1::ReleasePermit permit = view.require(kReleasePermits(receipt));
  ASTYQ_CHECK(permit.released_kg() <= permit.kg());
  view.erase(kReleasePermits(receipt));
}

}  // namespace astyq::elevators
