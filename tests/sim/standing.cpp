// SPDX-License-Identifier: Apache-2.0
#include "sim/standing.h"

#include "astyq/assets/v1/state.pb.h"
#include "astyq/authority/v1/state.pb.h"
#include "astyq/elevators/v1/state.pb.h"
#include "astyq/identity/v1/state.pb.h"
#include "astyq/ledger/v1/state.pb.h"
#include "astyq/licences/v1/state.pb.h"
#include "astyq/payments/v1/state.pb.h"
#include "astyq/pools/v1/state.pb.h"
#include "astyq/receipts/v1/state.pb.h"
#include "sim/standing_rows.h"

namespace astyq::sim {
namespace {

using Id = std::uint64_t;
using Number = std::uint64_t;
using Pair = std::pair<Id, Id>;
__extension__ typedef unsigned __int128 Wide;

struct Tables {
  explicit Tables(const store::Tree& rows) : tree(rows) {}

  const store::Tree& tree;
  RowsOf<identity::v1::Party> parties = read_rows<identity::v1::Party>(tree);
  RowsOf<identity::v1::Key> keys = read_rows<identity::v1::Key>(tree);
  RowsOf<authority::v1::Act> acts = read_rows<authority::v1::Act>(tree);
  RowsOf<authority::v1::Validator> validators = read_rows<authority::v1::Validator>(tree);
  RowsOf<authority::v1::Node> nodes = read_rows<authority::v1::Node>(tree);
  RowsOf<authority::v1::ConsensusKey> consensus_keys = read_rows<authority::v1::ConsensusKey>(tree);
  RowsOf<authority::v1::ValidatorTotals> votes = read_rows<authority::v1::ValidatorTotals>(tree);
  RowsOf<authority::v1::VersionVote> version_votes = read_rows<authority::v1::VersionVote>(tree);
  RowsOf<authority::v1::Upgrade> upgrades = read_rows<authority::v1::Upgrade>(tree);
  RowsOf<licences::v1::Licence> licences = read_rows<licences::v1::Licence>(tree);
  RowsOf<licences::v1::CurrentLicence> current = read_rows<licences::v1::CurrentLicence>(tree);
  RowsOf<assets::v1::Asset> assets = read_rows<assets::v1::Asset>(tree);
  RowsOf<assets::v1::Supply> supplies = read_rows<assets::v1::Supply>(tree);
  RowsOf<assets::v1::Balance> balances = read_rows<assets::v1::Balance>(tree);
  RowsOf<assets::v1::Lock> locks = read_rows<assets::v1::Lock>(tree);
  RowsOf<elevators::v1::Elevator> elevators = read_rows<elevators::v1::Elevator>(tree);
  RowsOf<elevators::v1::Bin> bins = read_rows<elevators::v1::Bin>(tree);
  RowsOf<elevators::v1::Ticket> tickets = read_rows<elevators::v1::Ticket>(tree);
  RowsOf<elevators::v1::Analysis> analyses = read_rows<elevators::v1::Analysis>(tree);
  RowsOf<elevators::v1::Batch> batches = read_rows<elevators::v1::Batch>(tree);
  RowsOf<elevators::v1::ReleasePermit> permits = read_rows<elevators::v1::ReleasePermit>(tree);
  RowsOf<elevators::v1::GrainReturn> returns = read_rows<elevators::v1::GrainReturn>(tree);
  RowsOf<elevators::v1::Outbound> outbounds = read_rows<elevators::v1::Outbound>(tree);
  RowsOf<receipts::v1::Receipt> receipts = read_rows<receipts::v1::Receipt>(tree);
  RowsOf<receipts::v1::TransferOffer> transfers = read_rows<receipts::v1::TransferOffer>(tree);
  RowsOf<pools::v1::Pool> pools = read_rows<pools::v1::Pool>(tree);
  RowsOf<payments::v1::DeliveryOffer> deliveries = read_rows<payments::v1::DeliveryOffer>(tree);
  RowsOf<ledger::v1::Alarm> alarms = read_rows<ledger::v1::Alarm>(tree);
};

class Standing : Tables {
 public:
  explicit Standing(const store::Tree& rows) : Tables(rows) {}

  std::string first_inconsistency() {
    check_elevators();
    check_receipts();
    check_families();
    check_redemptions();
    check_assets();
    check_offers();
    check_parties();
    check_licences();
    check_validators();
    check_upgrades();
    same("alarms of the ledger", 0, 0, alarms.size());
    return inconsistency_;
  }

 private:
  void say(const std::string& what, Id id, const std::string& how) {
    if (inconsistency_.empty()) inconsistency_ = what + " " + std::to_string(id) + ": " + how;
  }
  void same(const std::string& what, Id id, Number expected, Number found) {
    if (expected != found)
      say(what, id,
          "the sum is " + std::to_string(expected) + ", the row says " + std::to_string(found));
  }
  void must(bool holds, const std::string& what, Id id) {
    if (!holds) say(what, id, "does not hold");
  }

  void check_elevators() {
    Sums<Id> bins_of, left, returned;
    for (const auto& [key, row] : tickets)
      if (row.state() == elevators::v1::CLOSED)
        must(analyses.at({row.analysis(), 0}).laboratory() == row.laboratory(),
             "laboratory of ticket", key.first);
    for (const auto& [key, row] : outbounds) {
      left[row.elevator()] += row.kg();
      returned[row.grain_return()] += row.kg();
      must((row.receipt() != 0) != (row.grain_return() != 0), "one source of outbound", key.first);
      must(row.receipt() != 0 || batches[{row.batch(), 0}].elevator() == row.elevator(),
           "batch of outbound", key.first);
    }
    for (const auto& [key, row] : returns) {
      same("outbounds of return", key.first, returned.at(key.first), row.released_kg());
      must(row.released_kg() < row.kg() && batches.contains({row.batch(), 0}) &&
               parties.contains({row.restricted().receiver(), 0}),
           "what is left of return", key.first);
    }
    for (const auto& [key, row] : bins) ++bins_of[row.elevator()];
    for (const auto& [key, row] : elevators) {
      same("bins of elevator", key.first, bins_of.at(key.first), row.bins());
      must(row.stock_kg() + left.at(key.first) >= row.credited_kg(), "grain behind the credit of",
           key.first);
    }
  }

  void check_receipts() {
    for (const auto& [key, row] : receipts) {
      const auto& owner = row.restricted();
      must(parties.contains({owner.holder(), 0}), "one holder of receipt", key.first);
      must(parties.contains({owner.depositor(), 0}), "depositor of receipt", key.first);
      must(batches.contains({row.batch(), 0}), "batch of receipt", key.first);
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
      must(row.pool() == 0 ||
               (row.blocked_by_act() == 0 && !row.reserved() && pools.contains({row.pool(), 0})),
           "lock of receipt", key.first);
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

  void check_redemptions() {
    for (const auto& [key, row] : receipts) {
      const bool pending = row.state() == receipts::v1::REDEMPTION_PENDING;
      const auto permit = permits.find({key.first, 0});
      must((permit != permits.end()) == pending, "permit of receipt", key.first);
      if (!pending || permit == permits.end()) continue;
      must(permit->second.released_kg() <= row.kg(), "released kilograms of receipt", key.first);
      must(permit->second.stopped() == (row.blocked_by_act() != 0), "stop of receipt", key.first);
    }
  }

  void check_assets() {
    same("supplies", 0, assets.size(), supplies.size());
    for (const auto& [key, row] : pools) {
      must(assets[{row.asset(), 0}].kind() == assets::v1::POOL_TOKEN, "asset of pool", key.first);
      same("tokens of pool", key.first, 1'000 * row.locked_kg(),
           supplies[{row.asset(), 0}].amount());
    }
    for (const auto& [key, row] : balances)
      must(parties.contains({key.first, 0}), "balance of party", key.first);
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

  void check_validators() {
    Number voting = 0, power = 0, serving = 0;
    for (const auto& [key, row] : validators) {
      voting += row.power() > 0 ? 1 : 0;
      power += row.power();
      must((row.power() > 0) == (row.end() == authority::v1::NO_END), "end of validator",
           key.first);
    }
    for (const auto& [key, row] : nodes) serving += row.quota_bytes() > 0 ? 1 : 0;
    const auto& totals = votes[{0, 0}];
    same("validators that vote", 0, voting, totals.voting());
    same("power of all votes", 0, power, totals.power());
    same("nodes", 0, serving, totals.nodes());
    must(voting > 0 || validators.empty(), "last vote of validators", validators.size());
    for (const auto& [key, row] : consensus_keys)
      must(row.validator() != 0 ? validators.contains({row.validator(), 0})
                                : nodes.contains({row.node(), 0}),
           "owner of consensus key", key.first);
  }

  // More than two thirds of the power know a version: then one is scheduled that they know.
  void check_upgrades() {
    Number known = 0, scheduled = 0;
    for (const auto& [key, vote] : version_votes) {
      must(validators.contains(key) && validators[key].power() > 0, "vote for a version",
           key.first);
      Number power = 0;
      for (const auto& [voter, other] : version_votes)
        if (other.protocol_version() >= vote.protocol_version()) power += validators[voter].power();
      if (3 * power > 2 * votes[{0, 0}].power())
        known = std::max<Number>(known, vote.protocol_version());
    }
    for (const auto& [key, row] : upgrades) scheduled = row.protocol_version();
    must((known > 0) == (scheduled > 0) && scheduled <= known, "upgrade to version", scheduled);
  }

  std::string inconsistency_;
};

}  // namespace

std::string first_inconsistency(const store::Tree& tree) {
  return Standing(tree).first_inconsistency();
}

}  // namespace astyq::sim
