// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "ledger/state.gen.h"
#include "sim/run.h"
#include "sim/standing.h"

namespace astyq::sim {
namespace {

// A world in which everything has happened, and a way to tell lies in copies of it.
class AuditorFindsLies : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    the_run = new sim::Run(7);
    for (int block = 0; block < 100 || !has_all(); ++block) {
      ASSERT_LT(block, 1'000);
      the_run->block(200);
    }
  }
  static void TearDownTestSuite() { delete the_run; }

  static World& world() { return the_run->world(); }
  // Whether something stands of each kind that comes and goes.
  static bool has_all() {
    const auto is_any = [](const auto& rows, auto fits) {
      return std::any_of(rows.all().begin(), rows.all().end(),
                         [&](const auto& entry) { return fits(entry.second); });
    };
    const auto& standing = world().receipts;
    return is_any(world().permits, [](const auto&) { return true; }) &&
           is_any(world().returns, [](const auto& row) { return row.kg() > 1; }) &&
           is_any(world().deliveries, [](const auto& row) { return row.token_asset() != 0; }) &&
           is_any(standing, [](const auto& row) { return row.encumbered(); }) &&
           is_any(standing, [](const auto& row) { return row.reserved(); }) &&
           is_any(standing, [](const auto& row) { return row.state() == receipts::v1::ACTIVE; });
  }

  // Changes one row of a copy of the state, as if a block did so that said nothing of it; the
  // auditor must find it, or, where it is no quantity, what else must hold.
  template <typename Message, typename... Parts>
  static void lie(const Table<Message, Parts...>& table,
                  const std::function<bool(const Message&)>& fits,
                  const std::function<void(Message&)>& change) {
    store::Tree copy = copied();
    ASSERT_EQ(world().chain.first_difference() + first_inconsistency(copy), "");
    auto at =
        copy.lower_bound(store::RowKey(BytesView(reinterpret_cast<const char*>(&table.type), 1)));
    for (; at && at->first.type() == table.type; at = copy.upper_bound(at->first)) {
      Message row = decode_row<Message>(*at->second);
      if (!fits(row)) continue;
      change(row);
      store::Row lied = encode_row(row);
      lied.blind = at->second->blind;
      const store::Changes after{{at->first, lied}};
      const store::Changes before = copy.apply(after);
      const auto differs = world().chain.auditor().follow({}, {before, after, copy});
      const std::string found = differs ? differs->text : first_inconsistency(copy);
      EXPECT_NE(found, "") << table.name << ": " << row.ShortDebugString();
      return;
    }
    FAIL() << "no such row in " << table.name;
  }
  template <typename Message, typename... Parts>
  static void lie(const Table<Message, Parts...>& table,
                  const std::function<void(Message&)>& change) {
    lie<Message, Parts...>(table, [](const Message&) { return true; }, change);
  }

 private:
  static store::Tree copied() {
    store::Tree::Builder builder;
    const store::Tree& tree = world().chain.engine().tree();
    for (auto at = tree.lower_bound(store::RowKey(BytesView("\0", 1))); at;
         at = tree.upper_bound(at->first))
      builder.add({at->first, *at->second});
    return builder.finish();
  }
  static sim::Run* the_run;
};

sim::Run* AuditorFindsLies::the_run = nullptr;

TEST_F(AuditorFindsLies, of_a_kilogram_at_the_weighbridge) {
  using elevators::v1::Bin, elevators::v1::Elevator, elevators::v1::LiveGrain;
  using elevators::v1::Outbound, elevators::v1::Ticket;
  using enum elevators::v1::TicketState;
  lie<Ticket>(
      elevators::kTickets, [](const auto& row) { return row.state() == CLOSED; },
      [](auto& row) { row.set_credit_kg(row.credit_kg() + 1); });
  lie<Ticket>(
      elevators::kTickets, [](const auto& row) { return row.state() == CLOSED; },
      [](auto& row) { row.set_tare_kg(row.tare_kg() - 1); });
  lie<Ticket>(
      elevators::kTickets, [](const auto& row) { return row.state() == REJECTED; },
      [](auto& row) { row.set_state(WEIGHED); });
  lie<Bin>(elevators::kBins, [](auto& row) { row.set_balance_kg(row.balance_kg() + 1); });
  lie<Bin>(elevators::kBins, [](auto& row) { row.set_outbound_kg(row.outbound_kg() + 1); });
  lie<Outbound>(elevators::kOutbounds, [](auto& row) { row.set_kg(row.kg() + 1); });
  lie<Elevator>(elevators::kElevators, [](auto& row) { row.set_stock_kg(row.stock_kg() + 1); });
  lie<Elevator>(elevators::kElevators,
                [](auto& row) { row.set_credited_kg(row.credited_kg() + 1); });
  lie<Elevator>(elevators::kElevators,
                [](auto& row) { row.set_live_receipts_kg(row.live_receipts_kg() + 1); });
  lie<LiveGrain>(elevators::kLiveGrain, [](auto& row) { row.set_live_kg(row.live_kg() + 1); });
}

TEST_F(AuditorFindsLies, of_a_kilogram_of_a_batch_or_receipt) {
  using elevators::v1::Batch;
  using receipts::v1::Receipt;
  lie<Batch>(elevators::kBatches, [](auto& row) { row.set_credited_kg(row.credited_kg() + 1); });
  lie<Batch>(elevators::kBatches, [](auto& row) { row.set_proposed_kg(row.proposed_kg() + 1); });
  lie<Batch>(elevators::kBatches, [](auto& row) { row.set_receipted_kg(row.receipted_kg() + 1); });
  lie<Batch>(elevators::kBatches, [](auto& row) { row.set_returning_kg(row.returning_kg() + 1); });
  lie<Batch>(elevators::kBatches, [](auto& row) { row.set_withdrawn_kg(row.withdrawn_kg() + 1); });
  lie<Receipt>(receipts::kReceipts, [](auto& row) { row.set_kg(row.kg() + 1); });
  // In both numbers at once, so that the row alone looks sound.
  lie<Receipt>(
      receipts::kReceipts, [](const auto& row) { return row.state() == receipts::v1::ACTIVE; },
      [](auto& row) {
        row.set_kg(row.kg() + 1);
        row.set_issued_kg(row.issued_kg() + 1);
      });
  lie<Receipt>(
      receipts::kReceipts, [](const auto& row) { return row.state() == receipts::v1::REDEEMED; },
      [](auto& row) { row.set_redeemed_kg(row.redeemed_kg() - 1); });
  lie<elevators::v1::ReleasePermit>(elevators::kReleasePermits,
                                    [](auto& row) { row.set_released_kg(row.released_kg() + 1); });
  lie<elevators::v1::GrainReturn>(elevators::kReturns, [](auto& row) { row.set_kg(row.kg() + 1); });
  // In both numbers at once, so that the batch holds what it should.
  lie<elevators::v1::GrainReturn>(elevators::kReturns, [](auto& row) {
    row.set_kg(row.kg() + 1);
    row.set_released_kg(row.released_kg() + 1);
  });
}

TEST_F(AuditorFindsLies, of_a_holder_a_pledge_or_an_ended_receipt) {
  using receipts::v1::Receipt;
  lie<Receipt>(receipts::kReceipts,
               [](auto& row) { row.mutable_restricted()->set_holder(kNobody); });
  lie<Receipt>(
      receipts::kReceipts, [](const auto& row) { return row.encumbered(); },
      [](auto& row) { row.set_encumbered(false); });
  lie<Receipt>(
      receipts::kReceipts, [](const auto& row) { return row.state() == receipts::v1::ACTIVE; },
      [](auto& row) { row.set_paid_until_ns(row.paid_until_ns() - 1); });
  lie<Receipt>(
      receipts::kReceipts, [](const auto& row) { return row.reserved(); },
      [](auto& row) { row.set_reserved(false); });
  lie<Receipt>(
      receipts::kReceipts, [](const auto& row) { return row.state() == receipts::v1::REDEEMED; },
      [](auto& row) { row.set_paid_until_ns(row.paid_until_ns() + 1); });
  lie<Receipt>(
      receipts::kReceipts, [](const auto& row) { return row.state() == receipts::v1::REDEEMED; },
      [](auto& row) {
        row.set_state(receipts::v1::ACTIVE);
        row.set_kg(row.issued_kg());
      });
}

TEST_F(AuditorFindsLies, of_a_gram_or_a_tiyn) {
  using assets::v1::Balance, assets::v1::Lock, assets::v1::Supply;
  lie<Supply>(assets::kSupplies, [](auto& row) { row.set_amount(row.amount() + 1); });
  lie<Balance>(assets::kBalances, [](auto& row) {
    row.mutable_restricted()->set_amount(row.restricted().amount() + 1);
  });
  lie<Balance>(assets::kBalances, [](auto& row) {
    row.mutable_restricted()->set_locked(row.restricted().locked() + 1);
  });
  lie<Lock>(assets::kLocks,
            [](auto& row) { row.mutable_restricted()->set_amount(row.restricted().amount() + 1); });
  lie<pools::v1::Pool>(pools::kPools, [](auto& row) { row.set_locked_kg(row.locked_kg() + 1); });
}

TEST_F(AuditorFindsLies, of_keys_licences_and_acts) {
  lie<identity::v1::Party>(identity::kParties,
                           [](auto& row) { row.set_active_keys(row.active_keys() + 1); });
  const auto may_sign = [](const identity::v1::Key& row) {
    return row.revoked_at_ns() == 0 &&
           row.generation() == world().parties.find(row.party())->key_generation();
  };
  lie<identity::v1::Key>(identity::kKeys, may_sign, [](auto& row) { row.set_revoked_at_ns(1); });
  lie<identity::v1::Key>(identity::kKeys, may_sign,
                         [](auto& row) { row.set_generation(row.generation() + 1); });
  lie<licences::v1::Licence>(
      licences::kLicences, [](const auto& row) { return row.status() == licences::v1::WITHDRAWN; },
      [](auto& row) { row.set_status(licences::v1::ACTIVE); });
  lie<authority::v1::Act>(authority::kActs, [](auto& row) {
    row.mutable_restricted()->set_subject(row.restricted().subject() + 1);
  });
  lie<authority::v1::Act>(authority::kActs,
                          [](auto& row) { row.add_scopes(authority::v1::CERTIFY_RELEASE); });
}

}  // namespace
}  // namespace astyq::sim
