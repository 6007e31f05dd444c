// SPDX-License-Identifier: Apache-2.0
#include "sim/audit_sums.h"

#include <set>
#include <sstream>
#include <vector>

#include "astyq/assets/v1/state.pb.h"
#include "astyq/authority/v1/state.pb.h"
#include "astyq/elevators/v1/state.pb.h"
#include "astyq/identity/v1/state.pb.h"
#include "astyq/ledger/v1/state.pb.h"
#include "astyq/licences/v1/state.pb.h"
#include "astyq/payments/v1/state.pb.h"
#include "astyq/pools/v1/state.pb.h"
#include "astyq/receipts/v1/state.pb.h"
#include "sim/audited_rows.h"

namespace astyq::sim {
namespace {

using Id = std::uint64_t;
using Number = std::uint64_t;
using Pair = std::pair<Id, Id>;
__extension__ typedef unsigned __int128 Wide;

// The rows of a state, and the sums that one check hands to another.
struct Tables {
  explicit Tables(const store::Tree& rows) : tree(rows) {}

  const store::Tree& tree;
  Audited<identity::v1::Party> parties = read_rows<identity::v1::Party>(tree);
  Audited<identity::v1::Key> keys = read_rows<identity::v1::Key>(tree);
  Audited<authority::v1::Act> acts = read_rows<authority::v1::Act>(tree);
  Audited<licences::v1::Licence> licences = read_rows<licences::v1::Licence>(tree);
  Audited<licences::v1::CurrentLicence> current = read_rows<licences::v1::CurrentLicence>(tree);
  Audited<assets::v1::Asset> assets = read_rows<assets::v1::Asset>(tree);
  Audited<assets::v1::Supply> supplies = read_rows<assets::v1::Supply>(tree);
  Audited<assets::v1::Balance> balances = read_rows<assets::v1::Balance>(tree);
  Audited<assets::v1::Lock> locks = read_rows<assets::v1::Lock>(tree);
  Audited<elevators::v1::Elevator> elevators = read_rows<elevators::v1::Elevator>(tree);
  Audited<elevators::v1::BasisProfile> profiles = read_rows<elevators::v1::BasisProfile>(tree);
  Audited<elevators::v1::Bin> bins = read_rows<elevators::v1::Bin>(tree);
  Audited<elevators::v1::Ticket> tickets = read_rows<elevators::v1::Ticket>(tree);
  Audited<elevators::v1::Analysis> analyses = read_rows<elevators::v1::Analysis>(tree);
  Audited<elevators::v1::Batch> batches = read_rows<elevators::v1::Batch>(tree);
  Audited<elevators::v1::ReleasePermit> permits = read_rows<elevators::v1::ReleasePermit>(tree);
  Audited<elevators::v1::GrainReturn> returns = read_rows<elevators::v1::GrainReturn>(tree);
  Audited<elevators::v1::Outbound> outbounds = read_rows<elevators::v1::Outbound>(tree);
  Audited<receipts::v1::Receipt> receipts = read_rows<receipts::v1::Receipt>(tree);
  Audited<receipts::v1::Proposal> proposals = read_rows<receipts::v1::Proposal>(tree);
  Audited<receipts::v1::TransferOffer> transfers = read_rows<receipts::v1::TransferOffer>(tree);
  Audited<pools::v1::Pool> pools = read_rows<pools::v1::Pool>(tree);
  Audited<payments::v1::DeliveryOffer> deliveries = read_rows<payments::v1::DeliveryOffer>(tree);
  Audited<ledger::v1::Alarm> alarms = read_rows<ledger::v1::Alarm>(tree);
  std::map<Bytes, Number> live_grain;

  Sums<Id> credited_by_batch, credited_by_elevator, inbound, released, returned, withdrawn, locked;
};

class Books : Tables {
 public:
  explicit Books(const store::Tree& rows) : Tables(rows) { read_live_grain(); }

  std::string first_difference() {
    check_tickets();
    check_bins();
    check_batches();
    check_receipts();
    check_families();
    check_live();
    check_redemptions();
    check_pools();
    check_balances();
    check_offers();
    check_parties();
    check_licences();
    same("alarms of the ledger", 0, 0, alarms.size());
    return difference_;
  }

 private:
  void say(const std::string& what, Id id, const std::string& how) {
    if (difference_.empty()) difference_ = what + " " + std::to_string(id) + ": " + how;
  }
  void same(const std::string& what, Id id, Number expected, Number found) {
    if (expected != found)
      say(what, id,
          "the sum is " + std::to_string(expected) + ", the row says " + std::to_string(found));
  }
  void must(bool holds, const std::string& what, Id id) {
    if (!holds) say(what, id, "does not hold");
  }

  // Three parts make this key, so it is read apart.
  void read_live_grain() {
    const std::uint8_t type = audited_type<elevators::v1::LiveGrain>();
    const char first = static_cast<char>(type);
    for (auto at = tree.lower_bound(store::RowKey({&first, 1})); at && at->first.type() == type;
         at = tree.upper_bound(at->first)) {
      elevators::v1::LiveGrain row;
      row.ParseFromString(at->second->open);
      live_grain[Bytes(at->first.bytes().substr(1))] = row.live_kg();
    }
  }

  // floor(mass (1 - moisture)(1 - foreign matter) / the same at basis), and never for better than
  // basis. Source: Duval, as grain-receipts.md tells it.
  Number credit_of(const elevators::v1::Ticket& row) const {
    const auto& found = analyses.at({row.analysis(), 0});
    const auto& basis = profiles.at({row.basis_profile(), 0});
    const auto rest = [](std::uint32_t one, std::uint32_t other) {
      return Wide{10'000 - std::max(one, other)};
    };
    const Wide worth = Wide{row.gross_kg() - row.tare_kg()} *
                       rest(found.moisture_bps(), basis.basis_moisture_bps()) *
                       rest(found.foreign_matter_bps(), basis.basis_foreign_matter_bps());
    return static_cast<Number>(
        worth / (rest(0, basis.basis_moisture_bps()) * rest(0, basis.basis_foreign_matter_bps())));
  }

  void check_tickets() {
    for (const auto& [key, row] : tickets) {
      if (row.state() != elevators::v1::CLOSED) {
        same("credit of uncredited ticket", key.first, 0, row.credit_kg());
        continue;
      }
      must(analyses.at({row.analysis(), 0}).laboratory() == row.laboratory(),
           "laboratory of ticket", key.first);
      same("credit weight of ticket", key.first, credit_of(row), row.credit_kg());
      credited_by_batch[row.batch()] += row.credit_kg();
      credited_by_elevator[row.elevator()] += row.credit_kg();
      inbound[row.bin()] += row.gross_kg() - row.tare_kg();
    }
  }

  void check_bins() {
    Sums<Id> outbound, stock, count, left;
    for (const auto& [key, row] : outbounds) {
      outbound[row.bin()] += row.kg();
      left[row.elevator()] += row.kg();
      must((row.receipt() != 0) != (row.grain_return() != 0), "one source of outbound", key.first);
      if (row.receipt() != 0) {
        released[row.receipt()] += row.kg();
        continue;
      }
      returned[row.grain_return()] += row.kg();
      withdrawn[row.batch()] += row.kg();
      must(batches[{row.batch(), 0}].elevator() == row.elevator(), "batch of outbound", key.first);
    }
    for (const auto& [key, row] : bins) {
      same("inbound of bin", key.first, inbound.at(key.first), row.inbound_kg());
      same("outbound of bin", key.first, outbound.at(key.first), row.outbound_kg());
      same("balance of bin", key.first, inbound.at(key.first) - outbound.at(key.first),
           row.balance_kg());
      must(row.balance_kg() <= row.capacity_kg(), "room of bin", key.first);
      stock[row.elevator()] += row.balance_kg();
      ++count[row.elevator()];
    }
    for (const auto& [key, row] : elevators) {
      same("stock of elevator", key.first, stock.at(key.first), row.stock_kg());
      same("bins of elevator", key.first, count.at(key.first), row.bins());
      same("credit of elevator", key.first, credited_by_elevator.at(key.first), row.credited_kg());
      must(row.stock_kg() + left.at(key.first) >= row.credited_kg(), "grain behind the credit of",
           key.first);
    }
  }

  void check_batches() {
    Sums<Id> proposed, receipted, returning;
    for (const auto& [key, row] : returns) {
      must(row.released_kg() < row.kg() && batches.contains({row.batch(), 0}) &&
               parties.contains({row.restricted().receiver(), 0}),
           "what is left of return", key.first);
      same("outbounds of return", key.first, returned.at(key.first), row.released_kg());
      returning[row.batch()] += row.kg() - row.released_kg();
    }
    for (const auto& [key, row] : proposals)
      for (const Number kg : row.receipts_kg()) proposed[row.batch()] += kg;
    for (const auto& [key, row] : receipts)
      if (row.parents_size() == 0) receipted[row.batch()] += row.issued_kg();
    for (const auto& [key, row] : batches) {
      same("credit of batch", key.first, credited_by_batch.at(key.first), row.credited_kg());
      same("proposals of batch", key.first, proposed.at(key.first), row.proposed_kg());
      same("receipts of batch", key.first, receipted.at(key.first), row.receipted_kg());
      same("returns of batch", key.first, returning.at(key.first), row.returning_kg());
      same("outbounds of batch", key.first, withdrawn.at(key.first), row.withdrawn_kg());
      must(row.proposed_kg() + row.receipted_kg() + row.returning_kg() + row.withdrawn_kg() <=
               row.credited_kg(),
           "credit behind batch", key.first);
    }
  }

  void check_receipts() {
    for (const auto& [key, row] : receipts) {
      const auto& owner = row.restricted();
      must(parties.contains({owner.holder(), 0}), "one holder of receipt", key.first);
      must(parties.contains({owner.depositor(), 0}), "depositor of receipt", key.first);
      must(batches.contains({row.batch(), 0}), "batch of receipt", key.first);
      same("kilograms of receipt", key.first, is_ended_receipt(row) ? 0 : row.issued_kg(),
           row.kg());
      must(row.encumbered() == owner.has_pledge(), "pledge of receipt", key.first);
      must(!owner.has_pledge() || (parties.contains({owner.pledge().pledgee(), 0}) &&
                                   row.state() == receipts::v1::ACTIVE),
           "pledgee of receipt", key.first);
      must((row.state() == receipts::v1::TOKENISED) == (row.pool() != 0), "pool of receipt",
           key.first);
      must((row.state() == receipts::v1::REDEEMED) == (row.redeemed_kg() > 0), "end of receipt",
           key.first);
      must(row.redeemed_by_act() == 0 ||
               (row.state() == receipts::v1::REDEEMED && acts.contains({row.redeemed_by_act(), 0})),
           "act that ended receipt", key.first);
      if (row.pool() != 0) {
        locked[row.pool()] += row.kg();
        must(row.blocked_by_act() == 0 && !row.reserved(), "lock of receipt", key.first);
      }
    }
  }

  // What a receipt was split into, merged from, or kept of it weighs as much as it did.
  void check_families() {
    Sums<Id> children_kg, children;
    for (const auto& [key, row] : receipts) {
      Number parents_kg = 0;
      for (const Id parent : row.parents()) {
        const auto found = receipts.find({parent, 0});
        if (found == receipts.end() || !is_ended_receipt(found->second))
          return say("parent of receipt", key.first, "does not stand or has not ended");
        must(found->second.batch() == row.batch(), "batch of the parent of receipt", key.first);
        must(found->second.paid_until_ns() <= row.paid_until_ns(), "storage of receipt", key.first);
        parents_kg += found->second.issued_kg();
        children_kg[parent] += row.issued_kg();
        ++children[parent];
      }
      if (row.parents_size() > 1)
        same("merged kilograms of receipt", key.first, parents_kg, row.issued_kg());
    }
    for (const auto& [key, row] : receipts) {
      if (row.state() == receipts::v1::MERGED)
        same("heirs of receipt", key.first, children.at(key.first), 1);
      else
        same("children of receipt", key.first, children_kg.at(key.first),
             is_ended_receipt(row) ? row.issued_kg() - row.redeemed_kg() : 0);
    }
  }

  void check_live() {
    Sums<Id> live, of_batch;
    std::map<Bytes, Number> by_grade;
    for (const auto& [key, row] : receipts) {
      of_batch[row.batch()] += row.redeemed_kg();
      if (is_ended_receipt(row)) continue;
      live[row.elevator()] += row.kg();
      of_batch[row.batch()] += row.kg();
      Bytes grade;
      append_u64(grade, row.elevator());
      append_u32(grade, static_cast<std::uint32_t>(row.grade().crop()));
      append_u32(grade, row.grade().grain_class());
      by_grade[grade] += row.kg();
    }
    for (const auto& [key, row] : elevators)
      same("live receipts of elevator", key.first, live.at(key.first), row.live_receipts_kg());
    for (const auto& [key, row] : batches)
      same("live and redeemed of batch", key.first, of_batch.at(key.first), row.receipted_kg());
    if (by_grade != live_grain) say("live grain", 0, "differs by crop and class");
  }

  void check_redemptions() {
    for (const auto& [key, row] : receipts) {
      const bool pending = row.state() == receipts::v1::REDEMPTION_PENDING;
      const auto permit = permits.find({key.first, 0});
      must((permit != permits.end()) == pending, "permit of receipt", key.first);
      Number expected = row.redeemed_kg();
      if (pending && permit != permits.end()) {
        expected = permit->second.released_kg();
        same("permitted kilograms of receipt", key.first, row.kg(), permit->second.kg());
        must(expected <= row.kg(), "released kilograms of receipt", key.first);
        must(permit->second.stopped() == (row.blocked_by_act() != 0), "stop of receipt", key.first);
      }
      same("outbounds of receipt", key.first, released.at(key.first), expected);
    }
  }

  void check_pools() {
    for (const auto& [key, row] : pools) {
      same("locked kilograms of pool", key.first, locked.at(key.first), row.locked_kg());
      same("tokens of pool", key.first, 1'000 * locked.at(key.first),
           supplies[{row.asset(), 0}].amount());
      must(assets[{row.asset(), 0}].kind() == assets::v1::POOL_TOKEN, "asset of pool", key.first);
    }
    for (const auto& [pool, kg] : locked.all())
      must(pools.contains({pool, 0}), "pool of locked kilograms", pool);
  }

  void check_balances() {
    Sums<Id> held;
    Sums<Pair> lockeds;
    for (const auto& [key, row] : locks)
      lockeds[{row.restricted().party(), row.asset()}] += row.restricted().amount();
    for (const auto& [key, row] : balances) {
      held[key.second] += row.restricted().amount();
      same("locks of party", key.first, lockeds.at(key), row.restricted().locked());
      must(row.restricted().locked() <= row.restricted().amount(), "cover of locks of party",
           key.first);
      must(row.restricted().amount() > 0 && parties.contains({key.first, 0}), "balance of party",
           key.first);
      lockeds[key] = 0;
    }
    for (const auto& [key, amount] : lockeds.all())
      same("locks without a balance of party", key.first, amount, 0);
    for (const auto& [key, row] : assets)
      same("supply of asset", key.first, held.at(key.first), supplies[key].amount());
    same("supplies", 0, assets.size(), supplies.size());
  }

  void check_offers() {
    Sums<Id> reserved, locked_by;
    for (const auto& [key, row] : deliveries) {
      const auto& sides = row.restricted();
      must((row.receipt() != 0) != (sides.lock() != 0), "what delivery offers", key.first);
      if (row.receipt() != 0) {
        ++reserved[row.receipt()];
        must(receipts[{row.receipt(), 0}].restricted().holder() == sides.seller(),
             "seller of delivery", key.first);
        continue;
      }
      ++locked_by[sides.lock()];
      const auto& lock = locks[{sides.lock(), 0}];
      must(lock.asset() == row.token_asset() && lock.restricted().party() == sides.seller() &&
               lock.restricted().amount() == sides.grams(),
           "lock of delivery", key.first);
    }
    for (const auto& [key, row] : receipts)
      same("reservations of receipt", key.first, reserved.at(key.first), row.reserved() ? 1 : 0);
    for (const auto& [key, row] : locks)
      same("offers behind lock", key.first, locked_by.at(key.first), 1);
    for (const auto& [key, row] : transfers) {
      const auto receipt = receipts.find(key);
      must(receipt != receipts.end() && !is_ended_receipt(receipt->second) &&
               receipt->second.restricted().holder() == row.restricted().from(),
           "giver of transfer offer", key.first);
    }
  }

  void check_parties() {
    Sums<Pair> active;
    for (const auto& [key, row] : keys)
      if (row.revoked_at_ns() == 0) ++active[{row.party(), row.generation()}];
    for (const auto& [key, row] : parties) {
      same("keys of party", key.first, active.at({key.first, row.key_generation()}),
           row.active_keys());
      must(row.threshold() >= 1 && row.threshold() <= row.active_keys(), "threshold of party",
           key.first);
    }
  }

  void check_licences() {
    std::map<Pair, Id> standing;
    for (const auto& [key, row] : licences) {
      if (row.status() != licences::v1::ACTIVE && row.status() != licences::v1::SUSPENDED) continue;
      must(standing.emplace(Pair{row.holder(), Id(row.kind())}, key.first).second,
           "one licence of its kind", key.first);
    }
    same("current licences", 0, standing.size(), current.size());
    for (const auto& [key, row] : current)
      same("current licence of party", key.first, standing[key], row.licence());
  }

  std::string difference_;
};

}  // namespace

std::string first_difference(const store::Tree& tree) {
  return Books(tree).first_difference();
}

}  // namespace astyq::sim
