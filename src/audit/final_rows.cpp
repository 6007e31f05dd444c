// SPDX-License-Identifier: Apache-2.0
#include "audit/final_rows.h"

#include "astyq/assets/v1/state.pb.h"
#include "astyq/authority/v1/state.pb.h"
#include "astyq/elevators/v1/state.pb.h"
#include "audit/rows.h"

namespace astyq::audit {

using elevators::v1::Ticket;
using receipts::v1::Receipt;

bool has_ended(const Receipt& row) {
  return row.state() == receipts::v1::SPLIT || row.state() == receipts::v1::MERGED ||
         row.state() == receipts::v1::REDEEMED;
}

bool is_forbidden(const store::RowKey& key, const store::Row& before, const store::Row* after) {
  if (after != nullptr && *after == before) return false;
  if (const auto ticket = as<Ticket>(key, before))
    return ticket->state() == elevators::v1::CLOSED || ticket->state() == elevators::v1::REJECTED;
  if (const auto receipt = as<Receipt>(key, before))
    return has_ended(*receipt) || after == nullptr ||
           as<Receipt>(key, *after)->paid_until_ns() < receipt->paid_until_ns();
  const std::uint8_t type = key.type();
  return type == type_of<authority::v1::Act>() || type == type_of<elevators::v1::BasisProfile>() ||
         type == type_of<elevators::v1::Analysis>() || type == type_of<elevators::v1::Outbound>() ||
         type == type_of<assets::v1::Asset>();
}

}  // namespace astyq::audit
