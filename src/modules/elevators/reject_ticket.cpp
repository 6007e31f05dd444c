// SPDX-License-Identifier: Apache-2.0
// The operator turns a truck away: its grain is not what may be taken in, or the depositor thought
// better of it. The ticket stays as it is, with the reason, and its sample code is used up.
#include "elevators/handlers.gen.h"
#include "elevators/state.gen.h"

namespace astyq::elevators {

using v1::RejectTicket;

Refusal check(const RejectTicket& tx, const Rules&) {
  if (tx.reason() == v1::REJECT_REASON_UNSPECIFIED) return RejectTicket::NO_REASON;
  return kAccepted;
}

Outcome apply(const RejectTicket& tx, TxContext& ctx) {
  auto ticket = ctx.get(kTickets(tx.ticket()));
  if (!ticket) return RejectTicket::NO_SUCH_TICKET;
  if (ctx.require(kElevators(ticket->elevator())).operator_() != ctx.party())
    return RejectTicket::NOT_OPERATOR;
  if (ticket->state() == v1::CLOSED) return RejectTicket::ALREADY_CLOSED;
  if (ticket->state() == v1::REJECTED) return RejectTicket::ALREADY_REJECTED;
  ASTYQ_CHECK(ticket->credit_kg() == 0 && ticket->batch() == 0);

  ticket->set_state(v1::REJECTED);
  ticket->set_reason(tx.reason());
  ticket->set_closed_at_ns(ctx.time().time_ns);
  ctx.put(kTickets(tx.ticket()), *ticket);
  return kAccepted;
}

}  // namespace astyq::elevators
