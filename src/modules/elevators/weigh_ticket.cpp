// SPDX-License-Identifier: Apache-2.0
// The operator records what the weighbridge showed for the full and for the empty truck.
#include "elevators/handlers.gen.h"
#include "elevators/state.gen.h"
#include "modules/elevators/elevators.h"

namespace astyq::elevators {

using v1::WeighTicket;

namespace {

constexpr std::uint64_t kMaxGrossKg = 200'000;

}  // namespace

Refusal check(const WeighTicket& tx, const Rules&) {
  if (tx.tare_kg() == 0 || tx.gross_kg() <= tx.tare_kg()) return WeighTicket::WRONG_WEIGHT;
  if (tx.gross_kg() > kMaxGrossKg) return WeighTicket::TOO_HEAVY;
  return kAccepted;
}

Outcome apply(const WeighTicket& tx, TxContext& ctx) {
  auto ticket = ctx.get(kTickets(tx.ticket()));
  if (!ticket) return WeighTicket::NO_SUCH_TICKET;
  if (ctx.require(kElevators(ticket->elevator())).operator_() != ctx.party())
    return WeighTicket::NOT_OPERATOR;
  if (ticket->state() == v1::REJECTED) return WeighTicket::TICKET_REJECTED;
  if (ticket->state() != v1::OPEN) return WeighTicket::ALREADY_WEIGHED;

  ticket->set_gross_kg(tx.gross_kg());
  ticket->set_tare_kg(tx.tare_kg());
  ticket->set_state(v1::WEIGHED);
  ctx.put(kTickets(tx.ticket()), *ticket);
  return kAccepted;
}

}  // namespace astyq::elevators
