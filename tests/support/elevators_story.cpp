// SPDX-License-Identifier: Apache-2.0
#include "support/elevators_story.h"

#include <algorithm>

#include "base/check.h"
#include "support/authority_story.h"

namespace astyq::test {
namespace {

constexpr std::uint64_t kTruckNetKg = 150'000;
constexpr std::uint64_t kTareKg = 12'000;

}  // namespace

ElevatorStory::ElevatorStory(Chain& chain, std::uint64_t capacity_kg)
    : chain_(chain),
      operator_(chain.company("Kostanay Elevator")),
      laboratory_(chain.company("Grain Laboratory")),
      farmer_(chain.company("Farm")) {
  operator_licence_ = grant_licence(operator_, licences::v1::ELEVATOR);
  laboratory_licence_ = grant_licence(laboratory_, licences::v1::LABORATORY);
  elevator_ =
      chain.ok(chain.registrar(), verbs::RegisterElevator{.operator_party = operator_.party,
                                                          .name = "Kostanay Elevator",
                                                          .place = "Kostanay",
                                                          .technical_capacity_kg = capacity_kg});
  bin_ = chain.ok(operator_, verbs::AddBin{elevator_, "Silo 1", capacity_kg});
  profile_ = chain.ok(chain.registrar(), verbs::DefineBasisProfile{elevators::v1::WHEAT,
                                                                   "GOST 9353-2016", 1'400, 200});
}

verbs::OpenTicket ElevatorStory::ticket(const Actor& depositor) {
  Bytes code(8, 's');
  append_u64(code, ++counter_);
  return {.elevator = elevator_,
          .bin = bin_,
          .depositor = depositor.party,
          .vehicle = "010ABC10",
          .crop = elevators::v1::WHEAT,
          .crop_year = 2026,
          .basis_profile = profile_,
          .sample_code = code,
          .laboratory = laboratory_.party};
}

verbs::RecordAnalysis ElevatorStory::analysis(const verbs::OpenTicket& ticket,
                                              const Load& load) const {
  return {.sample_code = ticket.sample_code,
          .moisture_bps = load.moisture_bps,
          .foreign_matter_bps = load.foreign_matter_bps,
          .protein_bps = 1'260,
          .gluten_bps = 2'450,
          .falling_number_s = 245,
          .test_weight_g_per_l = 765,
          .grain_class = load.grain_class};
}

std::uint64_t ElevatorStory::open(const verbs::OpenTicket& ticket, Where where) {
  return chain_.ok(operator_, ticket, where);
}

std::uint64_t ElevatorStory::weighed(const verbs::OpenTicket& ticket, std::uint64_t net_kg,
                                     Where where) {
  const std::uint64_t id = open(ticket, where);
  chain_.ok(operator_, verbs::WeighTicket{id, net_kg + kTareKg, kTareKg}, where);
  return id;
}

Delivered ElevatorStory::deliver(const Actor& depositor, Load load, Where where) {
  ASTYQ_CHECK(load.kg > 0);
  Delivered delivered;
  while (load.kg > 0) {
    const std::uint64_t net_kg = std::min(load.kg, kTruckNetKg);
    auto truck = ticket(depositor);
    truck.crop_year = load.crop_year;
    delivered.ticket = weighed(truck, net_kg, where);
    delivered.analysis = chain_.ok(laboratory_, analysis(truck, load), where);
    delivered.batch = chain_.ok(operator_, verbs::CloseTicket{delivered.ticket}, where);
    load.kg -= net_kg;
  }
  return delivered;
}

std::uint64_t ElevatorStory::grant_licence(const Actor& holder, licences::v1::LicenceKind kind) {
  return chain_.ok(chain_.registrar(), verbs::GrantLicence{.holder = holder.party,
                                                           .kind = kind,
                                                           .number = "KZ-1",
                                                           .valid_from_ns = chain_.now_ns()});
}

std::uint64_t ElevatorStory::record_act(const Actor& subject) {
  return act_about(chain_, subject);
}

void ElevatorStory::suspend_licence(std::uint64_t licence, const Actor& holder) {
  chain_.ok(chain_.registrar(), verbs::SuspendLicence{licence, record_act(holder)});
}

void ElevatorStory::set_regime(elevators::v1::Regime regime) {
  chain_.ok(chain_.registrar(), verbs::SetRegime{elevator_, regime, record_act(operator_)});
}

}  // namespace astyq::test
