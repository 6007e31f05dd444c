// SPDX-License-Identifier: Apache-2.0
#include "audit/rows.h"

#include "astyq/assets/v1/state.pb.h"
#include "astyq/authority/v1/state.pb.h"
#include "astyq/elevators/v1/state.pb.h"
#include "astyq/pools/v1/state.pb.h"
#include "astyq/receipts/v1/state.pb.h"

namespace astyq::audit {
namespace {

__extension__ typedef unsigned __int128 Wide;
using elevators::v1::Analysis;
using elevators::v1::Batch;
using elevators::v1::Ticket;
using receipts::v1::Receipt;

// Split, merged or redeemed: its kilograms are elsewhere.
bool has_ended(const Receipt& row) {
  return row.state() == receipts::v1::SPLIT || row.state() == receipts::v1::MERGED ||
         row.state() == receipts::v1::REDEEMED;
}

// floor(net (1 - moisture)(1 - foreign matter) / the same at basis), and never for better than
// basis. Source: Duval, as grain-receipts.md tells it.
std::uint64_t credit_of(const Ticket& row, const store::Tree& tree) {
  const auto found = find<Analysis>(tree, row.analysis());
  const auto basis = find<elevators::v1::BasisProfile>(tree, row.basis_profile());
  const auto rest = [](Wide one, Wide other) { return 10'000 - std::max(one, other); };
  const Wide moisture = basis.basis_moisture_bps(), matter = basis.basis_foreign_matter_bps();
  const Wide worth = Wide{row.gross_kg() - row.tare_kg()} * rest(found.moisture_bps(), moisture) *
                     rest(found.foreign_matter_bps(), matter);
  return static_cast<std::uint64_t>(worth / (rest(0, moisture) * rest(0, matter)));
}

struct Clerk {
  Books& books;
  const store::RowKey& key;
  const store::Row& row;
  std::uint64_t sign;
  std::uint64_t id = number_of(key, 0), second = number_of(key, 1);
  void held(const Place& place, std::uint64_t value) { books.add_held(place, sign * value); }
  void part(const Place& place, std::uint64_t value) { books.add_part(place, sign * value); }
  void must(bool holds, const char* figure) {
    if (!holds) books.deny({figure, id});
  }
  void post_money();
  void post_votes();
  void post_stock(const store::Tree& tree);
  void post_batch();
  void post_receipt(const store::Tree& tree);
};

void Clerk::post_money() {
  if (const auto supply = as<assets::v1::Supply>(key, row)) {
    held({kSupply, id}, supply->amount());
    held({"sum of the balances in asset #", id}, supply->amount());
  } else if (const auto balance = as<assets::v1::Balance>(key, row)) {
    const auto& own = balance->restricted();
    held({kBalance, id, second}, own.amount());
    held({"locked amount of party # in asset #", id, second}, own.locked());
    part({"sum of the balances in asset #", second}, own.amount());
    must(own.locked() <= own.amount() && own.amount() > 0, "balance of party #");
  } else if (const auto lock = as<assets::v1::Lock>(key, row)) {
    const auto& own = lock->restricted();
    part({"locked amount of party # in asset #", own.party(), lock->asset()}, own.amount());
  } else if (const auto pool = as<pools::v1::Pool>(key, row)) {
    held({"locked kilograms of pool #", id}, pool->locked_kg());
  }
}

void Clerk::post_votes() {
  if (const auto totals = as<authority::v1::ValidatorTotals>(key, row)) {
    held({kVoting}, totals->voting());
    held({kPower}, totals->power());
    held({kNodes}, totals->nodes());
  } else if (const auto validator = as<authority::v1::Validator>(key, row)) {
    part({kVoting}, validator->power() > 0 ? 1 : 0);
    part({kPower}, validator->power());
  } else if (const auto node = as<authority::v1::Node>(key, row)) {
    part({kNodes}, node->quota_bytes() > 0 ? 1 : 0);
  }
}

void Clerk::post_stock(const store::Tree& tree) {
  if (const auto elevator = as<elevators::v1::Elevator>(key, row)) {
    held({"stock of elevator #", id}, elevator->stock_kg());
    held({"credited kilograms of elevator #", id}, elevator->credited_kg());
    held({"live kilograms of elevator #", id}, elevator->live_receipts_kg());
  } else if (const auto bin = as<elevators::v1::Bin>(key, row)) {
    held({"inbound kilograms of bin #", id}, bin->inbound_kg());
    held({"outbound kilograms of bin #", id}, bin->outbound_kg());
    part({"stock of elevator #", bin->elevator()}, bin->balance_kg());
    must(bin->balance_kg() == bin->inbound_kg() - bin->outbound_kg(), "balance of bin #");
    must(bin->balance_kg() <= bin->capacity_kg(), "capacity of bin #");
  } else if (const auto ticket = as<Ticket>(key, row)) {
    const std::uint64_t net_kg = ticket->gross_kg() - ticket->tare_kg();
    held({kNet, id}, net_kg);
    held({kElevator, id}, ticket->elevator());
    held({kBin, id}, ticket->bin());
    held({kDepositor, id}, ticket->restricted().depositor());
    held({kBasis, id}, ticket->basis_profile());
    const bool closed = ticket->state() == elevators::v1::CLOSED;
    must(ticket->credit_kg() == (closed ? credit_of(*ticket, tree) : 0), "credit of ticket #");
    if (!closed) return;
    const auto found = find<Analysis>(tree, ticket->analysis());
    const auto batch = find<Batch>(tree, ticket->batch());
    const auto& grade = batch.grade();
    must(found.sample_code() == ticket->sample_code(), "analysis of ticket #");
    must(batch.restricted().depositor() == ticket->restricted().depositor() &&
             batch.elevator() == ticket->elevator() && grade.crop() == ticket->crop() &&
             grade.grain_class() == found.grain_class() &&
             grade.crop_year() == ticket->crop_year() &&
             grade.basis_profile() == ticket->basis_profile(),
         "batch of ticket #");
    part({"credited kilograms of elevator #", ticket->elevator()}, ticket->credit_kg());
    part({"credited kilograms of batch #", ticket->batch()}, ticket->credit_kg());
    part({"inbound kilograms of bin #", ticket->bin()}, net_kg);
  } else if (const auto analysis = as<Analysis>(key, row)) {
    held({kMoisture, id}, analysis->moisture_bps());
    held({kForeignMatter, id}, analysis->foreign_matter_bps());
  } else if (const auto outbound = as<elevators::v1::Outbound>(key, row)) {
    held({kLeft, id}, outbound->kg());
    held({kFrom, id}, outbound->bin());
    part({"outbound kilograms of bin #", outbound->bin()}, outbound->kg());
    if (outbound->receipt() == 0)
      part({"withdrawn kilograms of batch #", outbound->batch()}, outbound->kg());
  }
}

void Clerk::post_batch() {
  if (const auto batch = as<Batch>(key, row)) {
    held({"credited kilograms of batch #", id}, batch->credited_kg());
    held({"proposed kilograms of batch #", id}, batch->proposed_kg());
    held({"receipted kilograms of batch #", id}, batch->receipted_kg());
    held({"returning kilograms of batch #", id}, batch->returning_kg());
    held({"withdrawn kilograms of batch #", id}, batch->withdrawn_kg());
    const std::uint64_t on_paper_kg = batch->proposed_kg() + batch->receipted_kg();
    must(on_paper_kg + batch->returning_kg() + batch->withdrawn_kg() <= batch->credited_kg(),
         "credit behind batch #");
  } else if (const auto proposal = as<receipts::v1::Proposal>(key, row)) {
    for (const std::uint64_t kg : proposal->receipts_kg())
      part({"proposed kilograms of batch #", proposal->batch()}, kg);
  } else if (const auto back = as<elevators::v1::GrainReturn>(key, row)) {
    part({"returning kilograms of batch #", back->batch()}, back->kg() - back->released_kg());
    held({kToReturn, back->batch()}, back->kg() - back->released_kg());
  } else if (const auto live = as<elevators::v1::LiveGrain>(key, row)) {
    held({kLiveGrain, id, second}, live->live_kg());
  } else if (const auto permit = as<elevators::v1::ReleasePermit>(key, row)) {
    held({kReleased, id}, permit->released_kg());
    held({"ordered kilograms of receipt #", id}, permit->kg());
  }
}

void Clerk::post_receipt(const store::Tree& tree) {
  const auto receipt = as<Receipt>(key, row);
  if (!receipt) return;
  held({kIssued, id}, receipt->issued_kg());
  held({kHolder, id}, receipt->restricted().holder());
  held({kRedeemed, id}, receipt->redeemed_kg());
  held({kPool, id}, receipt->pool());
  held({kPledgee, id}, receipt->restricted().pledge().pledgee());
  held({kDebt, id}, receipt->restricted().pledge().debt_tiyn());
  const auto batch = find<Batch>(tree, receipt->batch());
  must(receipt->elevator() == batch.elevator(), "elevator of receipt #");
  must(receipt->grade().SerializeAsString() == batch.grade().SerializeAsString(),
       "grade of receipt #");
  must(receipt->kg() == (has_ended(*receipt) ? 0 : receipt->issued_kg()), "kilograms of receipt #");
  part({"live kilograms of elevator #", receipt->elevator()}, receipt->kg());
  const std::uint64_t crop = static_cast<std::uint64_t>(receipt->grade().crop());
  part({kLiveGrain, receipt->elevator(), crop << 32 | receipt->grade().grain_class()},
       receipt->kg());
  if (receipt->parents().empty())
    part({"receipted kilograms of batch #", receipt->batch()}, receipt->issued_kg());
  if (receipt->pool() != 0) part({"locked kilograms of pool #", receipt->pool()}, receipt->kg());
  if (receipt->state() == receipts::v1::REDEMPTION_PENDING)
    part({"ordered kilograms of receipt #", id}, receipt->kg());
}

}  // namespace

bool is_forbidden(const store::RowKey& key, const store::Row& before, const store::Row* after) {
  if (after != nullptr && *after == before) return false;
  if (const auto ticket = as<Ticket>(key, before))
    return ticket->state() == elevators::v1::CLOSED || ticket->state() == elevators::v1::REJECTED;
  if (const auto receipt = as<Receipt>(key, before))
    return has_ended(*receipt) || after == nullptr ||
           as<Receipt>(key, *after)->paid_until_ns() < receipt->paid_until_ns();
  if (const auto validator = as<authority::v1::Validator>(key, before))
    return after == nullptr ||
           (validator->power() == 0 && as<authority::v1::Validator>(key, *after)->power() > 0);
  const std::uint8_t type = key.type();
  return type == type_of<authority::v1::Act>() || type == type_of<authority::v1::ConsensusKey>() ||
         type == type_of<elevators::v1::BasisProfile>() || type == type_of<Analysis>() ||
         type == type_of<elevators::v1::Outbound>() || type == type_of<assets::v1::Asset>();
}

void post(Books& books, const Posting& posting, const store::Tree& tree) {
  Clerk clerk{books, posting.key, posting.row, posting.sign};
  clerk.post_money();
  clerk.post_votes();
  clerk.post_stock(tree);
  clerk.post_batch();
  clerk.post_receipt(tree);
}

}  // namespace astyq::audit
