// SPDX-License-Identifier: Apache-2.0
#include "sim/auditor.h"

#include "astyq/assets/v1/state.pb.h"
#include "astyq/authority/v1/state.pb.h"
#include "astyq/elevators/v1/state.pb.h"
#include "sim/audit_sums.h"
#include "sim/audited_rows.h"

namespace astyq::sim {
namespace {

// What no operation may change any more.
bool is_final(const store::RowKey& key, const store::Row& row) {
  const std::uint8_t type = key.type();
  if (type == audited_type<authority::v1::Act>() ||
      type == audited_type<elevators::v1::BasisProfile>() ||
      type == audited_type<elevators::v1::Analysis>() ||
      type == audited_type<elevators::v1::Outbound>() || type == audited_type<assets::v1::Asset>())
    return true;
  if (type == audited_type<elevators::v1::Ticket>()) {
    elevators::v1::Ticket ticket;
    ticket.ParseFromString(row.open);
    return ticket.state() == elevators::v1::CLOSED || ticket.state() == elevators::v1::REJECTED;
  }
  if (type != audited_type<receipts::v1::Receipt>()) return false;
  receipts::v1::Receipt receipt;
  receipt.ParseFromString(row.open);
  return is_ended_receipt(receipt);
}

}  // namespace

std::string Auditor::audit(const store::Tree& tree) {
  for (const auto& [key, row] : final_rows_) {
    const store::Row* now = tree.find(key);
    if (now == nullptr || *now != row)
      return "a final row of table " + std::to_string(key.type()) + " changed";
  }
  const char first = 0;
  for (auto at = tree.lower_bound(store::RowKey({&first, 1})); at; at = tree.upper_bound(at->first))
    if (is_final(at->first, *at->second)) final_rows_.emplace(at->first, *at->second);
  for (const auto& [key, row] : read_rows<receipts::v1::Receipt>(tree)) {
    if (const auto was = paid_until_ns_.find(key.first); was != paid_until_ns_.end())
      if (row.paid_until_ns() < was->second)
        return "storage of receipt " + std::to_string(key.first) + " is paid for less";
    paid_until_ns_[key.first] = row.paid_until_ns();
  }
  return first_difference(tree);
}

}  // namespace astyq::sim
