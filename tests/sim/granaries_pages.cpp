// SPDX-License-Identifier: Apache-2.0
#include "elevators/handlers.gen.h"
#include "sim/book.h"

namespace astyq::sim {
namespace {

using elevators::v1::AddBin;
using elevators::v1::ChangeCapacity;
using elevators::v1::DefineBasisProfile;
using elevators::v1::RegisterElevator;
using elevators::v1::SetRegime;

const auto kNoElevator = [](World&, auto& draft) { draft.verb.elevator = kNobody; };
const auto kAny = [](const auto&) { return true; };

// The granaries that the run began with, where the trade is, or any.
std::uint64_t some_elevator(World& world) {
  if (world.dice.percent(50)) return world.dice.between(1, 6);
  return world.elevators.pick(world.dice, kAny)->first.first;
}

std::uint64_t some_capacity(World& world) {
  return world.dice.percent(25) ? world.dice.between(1, 1'000)
                                : world.dice.between(100'000'000, 400'000'000);
}

void write_register(Book& book) {
  const auto some_operator = [](World& world, auto& draft, bool licensed) {
    draft.party = world.granted("elevators.register");
    draft.verb = {world.dice.pick(world.operators), "Granary", "Rudny", some_capacity(world)};
    return world.is_licensed(draft.verb.operator_party, licences::v1::ELEVATOR) == licensed;
  };
  Page<verbs::RegisterElevator>(
      book, [=](World& world, auto& draft) { return some_operator(world, draft, true); })
      .refuses(RegisterElevator::NO_OPERATOR,
               [](World&, auto& draft) { draft.verb.operator_party = 0; })
      .refuses(RegisterElevator::NO_NAME, [](World&, auto& draft) { draft.verb.name.clear(); })
      .refuses(RegisterElevator::NO_PLACE, [](World&, auto& draft) { draft.verb.place.clear(); })
      .refuses(RegisterElevator::WRONG_CAPACITY,
               [](World& world, auto& draft) {
                 draft.verb.technical_capacity_kg = world.dice.percent(50) ? 0 : kTooLarge;
               })
      .refuses(RegisterElevator::NOT_LICENSED,
               [](World& world, auto& draft) { draft.verb.operator_party = world.traders.back(); });
}

void write_capacity(Book& book) {
  Page<verbs::ChangeCapacity>(book,
                              [](World& world, auto& draft) {
                                draft.party = world.granted("elevators.register");
                                draft.verb = {some_elevator(world), some_capacity(world)};
                              })
      .refuses(ChangeCapacity::WRONG_CAPACITY,
               [](World&, auto& draft) { draft.verb.technical_capacity_kg = 0; })
      .refuses(ChangeCapacity::NO_SUCH_ELEVATOR, kNoElevator)
      .refuses(ChangeCapacity::SAME_CAPACITY, [](World& world, auto& draft) {
        draft.verb.technical_capacity_kg =
            world.elevators.find(draft.verb.elevator)->technical_capacity_kg();
      });
}

void write_regime(Book& book) {
  using elevators::v1::NORMAL;
  using elevators::v1::SHIPMENT_BAN;
  Page<verbs::SetRegime>(
      book,
      [](World& world, auto& draft) {
        draft.party = world.granted("elevators.regime");
        // Bans are lifted where the trade is before others are set.
        for (std::uint64_t elevator = 1; elevator <= 6; ++elevator)
          if (world.elevators.find(elevator)->regime() == SHIPMENT_BAN && world.dice.percent(50))
            draft.verb.elevator = elevator;
        if (draft.verb.elevator == 0) draft.verb.elevator = some_elevator(world);
        const auto& row = *world.elevators.find(draft.verb.elevator);
        draft.verb.regime = row.regime() == NORMAL ? SHIPMENT_BAN : NORMAL;
        draft.verb.act = world.act_about(row.operator_());
        return draft.verb.act != 0;
      })
      .refuses(SetRegime::NO_REGIME,
               [](World&, auto& draft) { draft.verb.regime = elevators::v1::REGIME_UNSPECIFIED; })
      .refuses(SetRegime::NO_SUCH_ELEVATOR, kNoElevator)
      .refuses(SetRegime::SAME_REGIME,
               [](World& world, auto& draft) {
                 draft.verb.regime = world.elevators.find(draft.verb.elevator)->regime();
               })
      .refuses(SetRegime::ACT_DOES_NOT_COVER, [](World& world, auto& draft) {
        draft.verb.act =
            world.act_not_about(world.elevators.find(draft.verb.elevator)->operator_());
      });
}

void write_bins(Book& book) {
  const auto bin_in = [](World& world, auto& draft, auto fits) {
    const bool where_trade_is = world.dice.percent(50);
    const auto* elevator = world.elevators.pick_entry(world.dice, [&](const auto& entry) {
      return !world.is_frozen(entry.second.operator_()) && fits(entry.second.bins()) &&
             (!where_trade_is || entry.first.first <= 6);
    });
    if (elevator == nullptr) return false;
    draft = {elevator->second.operator_(),
             {elevator->first.first, "Silo", world.dice.between(30'000, 5'000'000)}};
    return true;
  };
  Page<verbs::AddBin>(book,
                      [=](World& world, auto& draft) {
                        return bin_in(world, draft, [&](std::uint32_t bins) {
                          return bins < world.rules().max_bins_per_elevator();
                        });
                      })
      .refuses(AddBin::NO_NAME, [](World&, auto& draft) { draft.verb.name.clear(); })
      .refuses(AddBin::WRONG_CAPACITY, [](World&, auto& draft) { draft.verb.capacity_kg = 0; })
      .refuses(AddBin::NO_SUCH_ELEVATOR, kNoElevator)
      .refuses(AddBin::NOT_OPERATOR,
               [](World& world, auto& draft) { draft.party = world.trader_but(draft.party); })
      .refuses_instead(AddBin::TOO_MANY_BINS, [=](World& world, auto& draft) {
        return bin_in(world, draft, [&](std::uint32_t bins) {
          return bins >= world.rules().max_bins_per_elevator();
        });
      });
}

void write_profiles(Book& book) {
  Page<verbs::DefineBasisProfile>(
      book,
      [](World& world, auto& draft) {
        draft = {world.granted("elevators.basis"),
                 {static_cast<elevators::v1::Crop>(world.dice.between(1, 11)), "ST RK 1046",
                  static_cast<std::uint32_t>(world.dice.between(0, 2'000)), 100}};
      })
      .refuses(DefineBasisProfile::NO_CROP,
               [](World&, auto& draft) { draft.verb.crop = elevators::v1::CROP_UNSPECIFIED; })
      .refuses(DefineBasisProfile::NO_STANDARD,
               [](World&, auto& draft) { draft.verb.standard.clear(); })
      .refuses(DefineBasisProfile::WRONG_BASIS,
               [](World&, auto& draft) { draft.verb.basis_moisture_bps = 10'000; });
}

}  // namespace

void write_granaries(Book& book) {
  write_register(book);
  write_capacity(book);
  write_regime(book);
  write_bins(book);
  write_profiles(book);
}

}  // namespace astyq::sim
