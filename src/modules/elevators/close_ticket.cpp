// SPDX-License-Identifier: Apache-2.0
// The operator closes a ticket: the grain is in the bin by its physical weight, and the depositor
// is credited once by its weight at basis quality.
#include "crypto/sha256.h"
#include "elevators/handlers.gen.h"
#include "elevators/state.gen.h"
#include "modules/elevators/elevators.h"
#include "modules/elevators/kilograms.h"

namespace astyq::elevators {

using v1::CloseTicket;

namespace {

std::uint64_t credit_of(std::uint64_t net_kg, const v1::Analysis& analysis,
                        const v1::BasisProfile& profile) {
  const Quality actual{*Bps::of(analysis.moisture_bps()), *Bps::of(analysis.foreign_matter_bps())};
  const Quality basis{*Bps::of(profile.basis_moisture_bps()),
                      *Bps::of(profile.basis_foreign_matter_bps())};
  const auto credit = credit_weight(*Kg::of(net_kg), actual, basis);
  ASTYQ_CHECK(credit.has_value());
  return credit->count();
}

v1::Grade grade_of(const v1::Ticket& ticket, const v1::Analysis& analysis) {
  v1::Grade grade;
  grade.set_crop(ticket.crop());
  grade.set_grain_class(analysis.grain_class());
  grade.set_crop_year(ticket.crop_year());
  grade.set_basis_profile(ticket.basis_profile());
  return grade;
}

// elevator u64, depositor u64, crop u32, class u32, crop year u32, basis profile u64; big endian.
Slot<v1::BatchOf> index_slot(const v1::Ticket& ticket, const v1::Grade& grade) {
  Bytes key;
  append_u64(key, ticket.elevator());
  append_u64(key, ticket.restricted().depositor());
  append_u32(key, static_cast<std::uint32_t>(grade.crop()));
  append_u32(key, grade.grain_class());
  append_u32(key, grade.crop_year());
  append_u64(key, grade.basis_profile());
  return kBatchIndex(crypto::sha256(key));
}

std::uint64_t credit_batch(TxContext& ctx, const v1::Ticket& ticket, const v1::Grade& grade) {
  const auto slot = index_slot(ticket, grade);
  if (const auto index = ctx.get(slot)) {
    v1::Batch batch = ctx.require(kBatches(index->batch()));
    batch.set_credited_kg(add_kg(batch.credited_kg(), ticket.credit_kg()));
    ctx.put(kBatches(index->batch()), batch);
    return index->batch();
  }
  v1::Batch batch;
  batch.set_elevator(ticket.elevator());
  *batch.mutable_grade() = grade;
  batch.set_credited_kg(ticket.credit_kg());
  batch.mutable_restricted()->set_depositor(ticket.restricted().depositor());
  v1::BatchOf index;
  index.set_batch(ctx.add(kBatches, batch));
  ctx.put(slot, index);
  return index.batch();
}

void fill_bin(TxContext& ctx, const v1::Ticket& ticket, v1::Bin bin) {
  const std::uint64_t net_kg = ticket.gross_kg() - ticket.tare_kg();
  bin.set_crop(ticket.crop());
  bin.set_inbound_kg(add_kg(bin.inbound_kg(), net_kg));
  bin.set_balance_kg(add_kg(bin.balance_kg(), net_kg));
  ctx.put(kBins(ticket.bin()), bin);

  v1::Elevator elevator = ctx.require(kElevators(ticket.elevator()));
  elevator.set_stock_kg(add_kg(elevator.stock_kg(), net_kg));
  elevator.set_credited_kg(add_kg(elevator.credited_kg(), ticket.credit_kg()));
  ctx.put(kElevators(ticket.elevator()), elevator);
}

}  // namespace

Refusal check(const CloseTicket&, const Rules&) {
  return kAccepted;
}

Outcome apply(const CloseTicket& tx, TxContext& ctx) {
  auto ticket = ctx.get(kTickets(tx.ticket()));
  if (!ticket) return CloseTicket::NO_SUCH_TICKET;
  if (ctx.require(kElevators(ticket->elevator())).operator_() != ctx.party())
    return CloseTicket::NOT_OPERATOR;
  if (ticket->state() == v1::CLOSED) return CloseTicket::ALREADY_CLOSED;
  if (ticket->state() == v1::REJECTED) return CloseTicket::TICKET_REJECTED;
  if (ticket->state() != v1::WEIGHED) return CloseTicket::NOT_WEIGHED;
  const v1::SampleAnalysis sample =
      ctx.require(kSampleAnalyses(crypto::sha256(ticket->sample_code())));
  ASTYQ_CHECK(sample.ticket() == tx.ticket());
  if (sample.analysis() == 0) return CloseTicket::NO_ANALYSIS;
  const std::uint64_t net_kg = ticket->gross_kg() - ticket->tare_kg();
  const v1::Bin bin = ctx.require(kBins(ticket->bin()));
  if (bin.balance_kg() > 0 && bin.crop() != ticket->crop()) return CloseTicket::BIN_OTHER_CROP;
  ASTYQ_CHECK(bin.balance_kg() <= bin.capacity_kg());
  if (net_kg > bin.capacity_kg() - bin.balance_kg()) return CloseTicket::NO_ROOM;
  const v1::Analysis analysis = ctx.require(kAnalyses(sample.analysis()));
  const v1::BasisProfile profile = ctx.require(kBasisProfiles(ticket->basis_profile()));
  const std::uint64_t credit_kg = credit_of(net_kg, analysis, profile);
  if (credit_kg == 0) return CloseTicket::NO_CREDIT;

  ticket->set_state(v1::CLOSED);
  ticket->set_analysis(sample.analysis());
  ticket->set_credit_kg(credit_kg);
  ticket->set_closed_at_ns(ctx.time().time_ns);
  ticket->set_batch(credit_batch(ctx, *ticket, grade_of(*ticket, analysis)));
  ctx.put(kTickets(tx.ticket()), *ticket);
  fill_bin(ctx, *ticket, bin);
  return Outcome::created(ticket->batch());
}

}  // namespace astyq::elevators
