// SPDX-License-Identifier: Apache-2.0
#include "elevators/handlers.gen.h"
#include "sim/book.h"

namespace astyq::sim {
namespace {

using namespace elevators::v1;

template <typename Fits>
std::uint64_t bin_where(World& world, std::uint64_t elevator, Fits fits) {
  const auto* entry = world.bins.pick(
      world.dice, [&](const Bin& row) { return row.elevator() == elevator && fits(row); });
  return entry == nullptr ? 0 : entry->first.first;
}

std::uint64_t bin_with(World& world, std::uint64_t elevator, Crop crop) {
  return bin_where(world, elevator,
                   [&](const Bin& row) { return row.balance_kg() > 0 && row.crop() == crop; });
}

std::uint64_t bin_with_other(World& world, std::uint64_t elevator, Crop crop) {
  return bin_where(world, elevator,
                   [&](const Bin& row) { return row.balance_kg() > 0 && row.crop() != crop; });
}

// An order of redemption under which more may leave.
bool some_permit(World& world, Draft<verbs::RecordRedemptionOutbound>& draft, bool banned,
                 bool stopped = false) {
  const auto* permit = world.permits.pick(world.dice, [&](const ReleasePermit& row) {
    const auto& elevator = *world.elevators.find(row.elevator());
    return row.released_kg() < row.kg() && row.stopped() == stopped &&
           !world.is_frozen(elevator.operator_()) && (elevator.regime() == SHIPMENT_BAN) == banned;
  });
  if (permit == nullptr) return false;
  const ReleasePermit& row = permit->second;
  draft.party = world.elevators.find(row.elevator())->operator_();
  draft.verb.receipt = permit->first.first;
  draft.verb.bin = bin_with(world, row.elevator(), row.crop());
  if (draft.verb.bin == 0) return false;
  const std::uint64_t most = std::min<std::uint64_t>(row.kg() - row.released_kg(),
                                                     world.bins.find(draft.verb.bin)->balance_kg());
  draft.verb.kg = world.dice.percent(70) ? most : world.dice.between(1, most);
  return true;
}

void write_redemption(Book& book) {
  const auto elevator_of = [](World& world, const auto& verb) -> const ReleasePermit& {
    return *world.permits.find(verb.receipt);
  };
  Page<verbs::RecordRedemptionOutbound>(
      book, [](World& world, auto& draft) { return some_permit(world, draft, false); })
      .refuses(RecordRedemptionOutbound::NO_WEIGHT, [](World&, auto& draft) { draft.verb.kg = 0; })
      .refuses(RecordRedemptionOutbound::NO_PERMIT,
               [](World&, auto& draft) { draft.verb.receipt = kNobody; })
      .refuses(RecordRedemptionOutbound::NOT_OPERATOR,
               [](World& world, auto& draft) { draft.party = world.trader_but(draft.party); })
      .refuses_instead(RecordRedemptionOutbound::SHIPMENT_BAN,
                       [](World& world, auto& draft) { return some_permit(world, draft, true); })
      .refuses_instead(
          RecordRedemptionOutbound::STOPPED,
          [](World& world, auto& draft) { return some_permit(world, draft, false, true); })
      .refuses(RecordRedemptionOutbound::NO_SUCH_BIN,
               [](World&, auto& draft) { draft.verb.bin = kNobody; })
      .refuses(RecordRedemptionOutbound::BIN_OTHER_CROP,
               [=](World& world, auto& draft) {
                 const auto& permit = elevator_of(world, draft.verb);
                 draft.verb.bin = bin_with_other(world, permit.elevator(), permit.crop());
                 return draft.verb.bin != 0;
               })
      .refuses(RecordRedemptionOutbound::MORE_THAN_PERMITTED,
               [](World&, auto& draft) { draft.verb.kg = kTooLarge - 1; })
      .refuses(RecordRedemptionOutbound::MORE_THAN_IN_BIN, [=](World& world, auto& draft) {
        const auto& permit = elevator_of(world, draft.verb);
        draft.verb.kg = permit.kg() - permit.released_kg();
        draft.verb.bin = bin_where(world, permit.elevator(), [&](const Bin& row) {
          return row.balance_kg() < draft.verb.kg &&
                 (row.balance_kg() == 0 || row.crop() == permit.crop());
        });
        return draft.verb.bin != 0;
      });
}

std::uint64_t unreceipted_kg(const Batch& row) {
  return row.credited_kg() - row.proposed_kg() - row.receipted_kg() - row.withdrawn_kg();
}

// A batch that the operator deposited in its own elevator, or that somebody else did.
bool some_batch(World& world, Draft<verbs::RecordOwnOutbound>& draft, bool own, bool banned) {
  const auto* batch = world.batches.pick(world.dice, [&](const Batch& row) {
    const auto& elevator = *world.elevators.find(row.elevator());
    return unreceipted_kg(row) > 0 && !world.is_frozen(elevator.operator_()) &&
           (elevator.regime() == SHIPMENT_BAN) == banned &&
           (elevator.operator_() == row.restricted().depositor()) == own;
  });
  if (batch == nullptr) return false;
  const Batch& row = batch->second;
  draft.party = world.elevators.find(row.elevator())->operator_();
  draft.verb.batch = batch->first.first;
  draft.verb.bin = bin_with(world, row.elevator(), row.grade().crop());
  if (draft.verb.bin == 0) return false;
  draft.verb.kg = world.dice.between(
      1, std::min<std::uint64_t>(
             {unreceipted_kg(row), world.bins.find(draft.verb.bin)->balance_kg(), 5'000}));
  return true;
}

void write_own(Book& book) {
  Page<verbs::RecordOwnOutbound>(
      book, [](World& world, auto& draft) { return some_batch(world, draft, true, false); })
      .refuses(RecordOwnOutbound::NO_WEIGHT, [](World&, auto& draft) { draft.verb.kg = 0; })
      .refuses(RecordOwnOutbound::NO_SUCH_BATCH,
               [](World&, auto& draft) { draft.verb.batch = kNobody; })
      .refuses(RecordOwnOutbound::NOT_OPERATOR,
               [](World& world, auto& draft) { draft.party = world.trader_but(draft.party); })
      .refuses_instead(
          RecordOwnOutbound::NOT_OWN_GRAIN,
          [](World& world, auto& draft) { return some_batch(world, draft, false, false); })
      .refuses_instead(
          RecordOwnOutbound::SHIPMENT_BAN,
          [](World& world, auto& draft) { return some_batch(world, draft, true, true); })
      .refuses(RecordOwnOutbound::NO_SUCH_BIN,
               [](World&, auto& draft) { draft.verb.bin = kNobody; })
      .refuses(RecordOwnOutbound::BIN_OTHER_CROP,
               [](World& world, auto& draft) {
                 const Batch& row = *world.batches.find(draft.verb.batch);
                 draft.verb.bin = bin_with_other(world, row.elevator(), row.grade().crop());
                 return draft.verb.bin != 0;
               })
      .refuses(RecordOwnOutbound::MORE_THAN_UNRECEIPTED,
               [](World&, auto& draft) { draft.verb.kg = kTooLarge - 1; })
      .refuses(RecordOwnOutbound::MORE_THAN_IN_BIN, [](World& world, auto& draft) {
        const Batch& row = *world.batches.find(draft.verb.batch);
        draft.verb.kg = unreceipted_kg(row);
        draft.verb.bin = bin_where(world, row.elevator(), [&](const Bin& bin) {
          return bin.balance_kg() < draft.verb.kg &&
                 (bin.balance_kg() == 0 || bin.crop() == row.grade().crop());
        });
        return draft.verb.bin != 0;
      });
}

}  // namespace

void write_outbound(Book& book) {
  write_redemption(book);
  write_own(book);
}

}  // namespace astyq::sim
