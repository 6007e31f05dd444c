// SPDX-License-Identifier: Apache-2.0
// The operator meets a truck at the gate: whose grain, what crop, where it goes, which code its
// sample bears and who analyses it.
#include "crypto/sha256.h"
#include "elevators/handlers.gen.h"
#include "elevators/state.gen.h"
#include "modules/elevators/civil_year.h"
#include "modules/elevators/elevators.h"
#include "modules/licences/licences.h"

namespace astyq::elevators {

using v1::OpenTicket;

namespace {

constexpr std::uint32_t kFirstCropYear = 2000;

bool is_crop_year(std::uint32_t year, const BlockTime& now) {
  return year >= kFirstCropYear && year <= civil_year(now.time_ns) + 1;
}

}  // namespace

Refusal check(const OpenTicket& tx, const Rules&) {
  if (tx.depositor() == 0) return OpenTicket::NO_DEPOSITOR;
  if (tx.vehicle().empty()) return OpenTicket::NO_VEHICLE;
  if (tx.crop() == v1::CROP_UNSPECIFIED) return OpenTicket::NO_CROP;
  if (tx.laboratory() == 0) return OpenTicket::NO_LABORATORY;
  return kAccepted;
}

Outcome apply(const OpenTicket& tx, TxContext& ctx) {
  const auto elevator = find(ctx, tx.elevator());
  if (!elevator) return OpenTicket::NO_SUCH_ELEVATOR;
  if (elevator->operator_() != ctx.party()) return OpenTicket::NOT_OPERATOR;
  if (!licences::is_licensed(ctx, ctx.party(), licences::v1::ELEVATOR))
    return OpenTicket::NOT_LICENSED;
  const auto bin = ctx.get(kBins(tx.bin()));
  if (!bin || bin->elevator() != tx.elevator()) return OpenTicket::NO_SUCH_BIN;
  if (bin->balance_kg() > 0 && bin->crop() != tx.crop()) return OpenTicket::BIN_OTHER_CROP;
  const auto profile = find_basis_profile(ctx, tx.basis_profile());
  if (!profile) return OpenTicket::NO_SUCH_BASIS_PROFILE;
  if (profile->crop() != tx.crop()) return OpenTicket::PROFILE_OF_OTHER_CROP;
  if (!is_crop_year(tx.crop_year(), ctx.time())) return OpenTicket::WRONG_CROP_YEAR;
  if (!licences::is_licensed(ctx, tx.laboratory(), licences::v1::LABORATORY))
    return OpenTicket::LABORATORY_NOT_LICENSED;
  const auto sample_slot = kSampleAnalyses(crypto::sha256(tx.sample_code()));
  if (ctx.exists(sample_slot)) return OpenTicket::SAMPLE_CODE_USED;

  v1::Ticket ticket;
  ticket.set_elevator(tx.elevator());
  ticket.set_bin(tx.bin());
  ticket.set_crop(tx.crop());
  ticket.set_crop_year(tx.crop_year());
  ticket.set_basis_profile(tx.basis_profile());
  ticket.set_state(v1::OPEN);
  ticket.set_sample_code(tx.sample_code());
  ticket.set_laboratory(tx.laboratory());
  ticket.set_opened_at_ns(ctx.time().time_ns);
  ticket.mutable_restricted()->set_depositor(tx.depositor());
  ticket.mutable_restricted()->set_vehicle(tx.vehicle());
  const std::uint64_t id = ctx.add(kTickets, ticket);
  v1::SampleAnalysis sample;
  sample.set_ticket(id);
  ctx.put(sample_slot, sample);
  return Outcome::created(id);
}

}  // namespace astyq::elevators
