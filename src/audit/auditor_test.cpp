// SPDX-License-Identifier: Apache-2.0
// What the auditor alone finds: rows in which a state machine lies, under roots that are right.
#include "audit/replay_test.h"

namespace astyq::audit {
namespace {

TEST_F(ReplayTest, lie_of_a_kilogram) {
  const std::string figure =
      "issued kilograms of receipt " + std::to_string(story.receipt()) + ": 20000";
  expect_found(row_lie<receipts::v1::Receipt>({story.receipt()},
                                              [](auto& row) {
                                                row.set_kg(row.kg() + 1);
                                                row.set_issued_kg(row.issued_kg() + 1);
                                              }),
               figure);
  expect_found(row_lie<elevators::v1::Elevator>(
                   {1}, [](auto& row) { row.set_live_receipts_kg(row.live_receipts_kg() + 1); }),
               "live kilograms of elevator 1");
}

TEST_F(ReplayTest, lie_of_a_tiyn) {
  expect_found(row_lie<assets::v1::Balance>({story.mill().party, story.money()},
                                            [](auto& row) {
                                              auto& own = *row.mutable_restricted();
                                              own.set_amount(own.amount() - 1);
                                            }),
               "balance of party " + std::to_string(story.mill().party));
}

// Rows that agree with each other in whose grain it is and where, and not with what was signed.
TEST_F(ReplayTest, lie_of_another_owner_or_place) {
  test::ElevatorStory& grain = story.pools().elevator();
  const std::uint64_t ticket = grain.open(grain.ticket(story.farmer()));
  using elevators::v1::Ticket;
  const std::string of_ticket = " of ticket " + std::to_string(ticket);
  const auto expect_of_ticket = [&](const std::string& figure, std::function<void(Ticket&)> lie) {
    expect_found_at(height(), row_lie<Ticket>({ticket}, std::move(lie)), figure + of_ticket);
  };
  expect_of_ticket("depositor", [](auto& row) { row.mutable_restricted()->set_depositor(2); });
  expect_of_ticket("elevator", [](auto& row) { row.set_elevator(2); });
  expect_of_ticket("bin", [](auto& row) { row.set_bin(2); });
  expect_of_ticket("basis profile", [](auto& row) { row.set_basis_profile(2); });
}

TEST_F(ReplayTest, lie_of_a_debt) {
  const verbs::PledgeReceipt pledge{.receipt = story.receipt(),
                                    .pledgee = story.mill().party,
                                    .debt_tiyn = 1'000,
                                    .due_at_ns = chain.now_ns() + 1'000 * kSecondNs,
                                    .contract_digest = Bytes(32, 'c')};
  chain.ok(story.farmer(), pledge);
  using receipts::v1::Receipt;
  const auto lie = [&](std::function<void(receipts::v1::Pledge&)> change) {
    return row_lie<Receipt>({story.receipt()}, [change = std::move(change)](auto& row) {
      change(*row.mutable_restricted()->mutable_pledge());
    });
  };
  const std::string of_receipt = " of receipt " + std::to_string(story.receipt());
  expect_found_at(height(), lie([](auto& row) { row.set_debt_tiyn(999); }),
                  "secured debt" + of_receipt);
  expect_found_at(height(), lie([](auto& row) { row.set_pledgee(1); }), "pledgee" + of_receipt);
}

TEST_F(ReplayTest, lie_of_grain_that_was_ordered_back) {
  const auto delivered = story.pools().elevator().deliver(story.farmer());
  const verbs::OrderReturn order{.batch = delivered.batch, .kg = 700, .receiver = 1};
  const std::uint64_t id = chain.ok(story.farmer(), order);
  const auto lie = row_lie<elevators::v1::GrainReturn>({id}, [](auto& row) { row.set_kg(701); });
  expect_found_at(height(), lie,
                  "kilograms ordered back of batch " + std::to_string(delivered.batch));
}

// The supply grows alike, so that the rows agree with each other.
TEST_F(ReplayTest, lie_of_a_gram_in_all_rows_that_add_up) {
  const auto supply = row_lie<assets::v1::Supply>(
      {story.token()}, [](auto& row) { row.set_amount(row.amount() + 1); });
  const auto balance = row_lie<assets::v1::Balance>(
      {story.mill().party, story.token()},
      [](auto& row) { row.mutable_restricted()->set_amount(row.restricted().amount() + 1); });
  expect_found(
      [&](const store::Tree& tree) {
        store::Changes all = supply(tree);
        for (const auto& change : balance(tree)) all.push_back(change);
        return all;
      },
      "supply of asset " + std::to_string(story.token()));
}

}  // namespace
}  // namespace astyq::audit
