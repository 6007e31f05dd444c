// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "elevators/handlers.gen.h"
#include "elevators/state.gen.h"
#include "modules/elevators/elevators.h"
#include "modules/elevators/outbound.h"
#include "support/elevators_story.h"
#include "support/scratch.h"

namespace astyq::elevators {
namespace {

using test::Chain;
using test::ElevatorStory;

constexpr std::uint64_t kReceipt = 1;
constexpr std::uint64_t kCreditedKg = 40'000;

// A story with a closed ticket and an open permit, and writes that no handler makes.
class ElevatorInvariants : public testing::Test {
 protected:
  ElevatorInvariants() {
    const Release release{kReceipt, story_.elevator(), v1::WHEAT, 10'000, story_.farmer().party};
    EXPECT_EQ(scratch_.judge([&](View& view) { permit_release(view, release); }), kAccepted);
  }

  // What the invariants say of a change of one row, or of any writes. What they accept stays.
  template <typename Message, typename Change>
  static void change(View& view, const Slot<Message>& slot, Change change) {
    Message row = view.require(slot);
    change(row);
    view.put(slot, row);
  }
  template <typename Message, typename Change>
  void expect_change(const Slot<Message>& slot, const Change& broken, Refusal why) {
    EXPECT_EQ(scratch_.judge([&](View& view) { change(view, slot, broken); }).code(), why.code());
  }
  template <typename Change>
  void expect(const Change& broken, Refusal why) {
    EXPECT_EQ(scratch_.judge(broken).code(), why.code());
  }

  Slot<v1::Elevator> elevator() const { return kElevators(story_.elevator()); }
  Slot<v1::Bin> bin() const { return kBins(story_.bin()); }
  Slot<v1::Batch> batch() const { return kBatches(delivered_.batch); }
  Slot<v1::Ticket> ticket() const { return kTickets(delivered_.ticket); }
  Slot<v1::LiveGrain> live() const { return kLiveGrain(story_.elevator(), v1::WHEAT, 3); }
  v1::Outbound outbound(std::uint64_t kg) const {
    v1::Outbound row;
    row.set_elevator(story_.elevator());
    row.set_bin(story_.bin());
    row.set_kg(kg);
    return row;
  }

  Chain chain_;
  ElevatorStory story_{chain_, 50'000};
  test::Delivered delivered_ = story_.deliver(story_.farmer(), {.kg = kCreditedKg});
  test::Scratch scratch_{chain_};
};

TEST_F(ElevatorInvariants, capacity) {
  const auto raise = [&](std::uint64_t kg) {
    return [this, kg](View& view) {
      change(view, elevator(), [kg](auto& row) { row.set_live_receipts_kg(kg); });
      change(view, batch(), [kg](auto& row) { row.set_receipted_kg(kg); });
      v1::LiveGrain row;
      row.set_live_kg(kg);
      view.put(live(), row);
    };
  };
  expect_change(elevator(), [](auto& row) { row.set_technical_capacity_kg(30'000); }, kAccepted);
  expect(raise(30'001), base::v1::INVARIANT_CAPACITY);
  expect(raise(30'000), kAccepted);
  // Another limit than the world's: what falls may stay above it.
  expect_change(elevator(), [](auto& row) { row.set_technical_capacity_kg(1'000); }, kAccepted);
  expect(raise(29'000), kAccepted);
  expect(raise(29'001), base::v1::INVARIANT_CAPACITY);
  expect([&](View& view) { view.erase(elevator()); }, base::v1::INVARIANT_CAPACITY);
}

TEST_F(ElevatorInvariants, live_counters) {
  expect_change(
      elevator(), [](auto& row) { row.set_live_receipts_kg(1); },
      base::v1::INVARIANT_RECEIPT_CONSERVATION);
  v1::LiveGrain row;
  row.set_live_kg(1);
  expect([&](View& view) { view.put(live(), row); }, base::v1::INVARIANT_RECEIPT_CONSERVATION);
  expect(
      [&](View& view) {
        change(view, elevator(), [](auto& elevator) { elevator.set_live_receipts_kg(1); });
        view.put(kLiveGrain(story_.elevator() + 1, v1::WHEAT, 3), row);
      },
      base::v1::INVARIANT_RECEIPT_CONSERVATION);
}

TEST_F(ElevatorInvariants, unreceipted_credit) {
  const Refusal why = base::v1::INVARIANT_UNRECEIPTED_CREDIT;
  expect_change(batch(), [](auto& row) { row.set_proposed_kg(kCreditedKg + 1); }, why);
  expect_change(batch(), [](auto& row) { row.set_receipted_kg(kCreditedKg + 1); }, why);
  expect_change(batch(), [](auto& row) { row.set_returning_kg(kCreditedKg + 1); }, why);
  expect_change(batch(), [](auto& row) { row.set_returning_kg(1); }, why);  // for no return
  expect_change(
      batch(),
      [](auto& row) {
        row.set_receipted_kg(UINT64_MAX);
        row.set_proposed_kg(1);
      },
      why);
  expect([&](View& view) { view.erase(batch()); }, why);
  expect_change(batch(), [](auto& row) { row.set_proposed_kg(kCreditedKg); }, kAccepted);
}

TEST_F(ElevatorInvariants, credit_once) {
  const Refusal why = base::v1::INVARIANT_CREDIT_ONCE;
  expect_change(batch(), [](auto& row) { row.set_credited_kg(kCreditedKg + 1); }, why);
  expect_change(elevator(), [](auto& row) { row.set_credited_kg(kCreditedKg + 1); }, why);
  expect_change(ticket(), [](auto& row) { row.set_credit_kg(1); }, why);
  expect_change(ticket(), [](auto& row) { row.set_state(v1::OPEN); }, why);
  expect([&](View& view) { view.erase(ticket()); }, why);
  // A ticket that closes without credit to its batch, or with more credit than grain.
  v1::Ticket closed = scratch_.view().require(ticket());
  expect([&](View& view) { view.add(kTickets, closed); }, why);
  closed.set_tare_kg(closed.gross_kg() + 1);
  expect([&](View& view) { view.add(kTickets, closed); }, why);
  closed.set_tare_kg(closed.gross_kg() - 1);
  expect(
      [&](View& view) {
        view.add(kTickets, closed);
        const std::uint64_t twice_kg = 2 * kCreditedKg;
        change(view, batch(), [=](auto& row) { row.set_credited_kg(twice_kg); });
        change(view, elevator(), [=](auto& row) { row.set_credited_kg(twice_kg); });
      },
      why);
}

TEST_F(ElevatorInvariants, rejected_is_for_ever_and_credits_nothing) {
  const Refusal why = base::v1::INVARIANT_CREDIT_ONCE;
  const auto& owner = story_.elevator_operator();
  const std::uint64_t id = scratch_.apply(owner, story_.ticket(story_.farmer())).first_id;
  expect_change(kTickets(id), [](auto& row) { row.set_credit_kg(1); }, why);
  expect_change(kTickets(id), [&](auto& row) { row.set_batch(delivered_.batch); }, why);
  ASSERT_EQ(scratch_.apply(owner, verbs::RejectTicket{id, v1::LEFT}).refusal, kAccepted);
  for (const auto state : {v1::OPEN, v1::WEIGHED, v1::CLOSED})
    expect_change(kTickets(id), [=](auto& row) { row.set_state(state); }, why);
  expect_change(kTickets(id), [](auto& row) { row.set_reason(v1::INFESTED); }, why);
  expect([&](View& view) { view.erase(kTickets(id)); }, why);
}

TEST_F(ElevatorInvariants, outbound_source) {
  const Refusal why = base::v1::INVARIANT_OUTBOUND_SOURCE;
  const auto permit = kReleasePermits(kReceipt);
  // Without a source, with two, with one that is not charged; or charged without a truck.
  v1::Outbound row = outbound(100);
  expect([&](View& view) { view.add(kOutbounds, row); }, why);
  row.set_receipt(kReceipt);
  expect([&](View& view) { view.add(kOutbounds, row); }, why);
  row.set_batch(delivered_.batch);
  expect([&](View& view) { view.add(kOutbounds, row); }, why);
  row.set_grain_return(1);
  expect([&](View& view) { view.add(kOutbounds, row); }, why);
  row.set_receipt(0);
  expect([&](View& view) { view.add(kOutbounds, row); }, why);
  row.set_batch(0);
  expect([&](View& view) { view.add(kOutbounds, row); }, why);
  row.set_batch(delivered_.batch);
  row.set_grain_return(0);
  expect([&](View& view) { view.add(kOutbounds, row); }, why);
  expect_change(permit, [](auto& released) { released.set_released_kg(1); }, why);
  expect_change(permit, [](auto& released) { released.set_kg(10'001); }, why);
  expect_change(batch(), [](auto& taken) { taken.set_withdrawn_kg(1); }, why);
  // From a bin that does not know of it, or from a bin alone.
  row = outbound(100);
  row.set_receipt(kReceipt);
  expect(
      [&](View& view) {
        view.add(kOutbounds, row);
        change(view, permit, [](auto& released) { released.set_released_kg(100); });
      },
      why);
  expect_change(
      bin(),
      [](auto& emptied) {
        emptied.set_outbound_kg(1);
        emptied.set_balance_kg(kCreditedKg - 1);
      },
      why);
}

TEST_F(ElevatorInvariants, a_permit_that_ends_takes_what_left_off_the_live_receipts) {
  const auto& owner = story_.elevator_operator();
  const Refusal why = base::v1::INVARIANT_RECEIPT_CONSERVATION;
  expect([&](View& view) { hold_for_proposal(view, delivered_.batch, 10'000); }, kAccepted);
  expect([&](View& view) { receipt_issued(view, delivered_.batch, 10'000); }, kAccepted);
  const verbs::RecordRedemptionOutbound verb{kReceipt, story_.bin(), 4'000};
  ASSERT_EQ(scratch_.apply(owner, verb).refusal, kAccepted);
  // What left is never written differently.
  expect_change(
      kOutbounds(1), [](auto& row) { row.set_kg(1); }, base::v1::INVARIANT_OUTBOUND_SOURCE);
  const v1::Grade grade = find_batch(scratch_.view(), delivered_.batch)->grade();
  const auto redeem = [&](std::uint64_t kg) {
    return [&, kg](View& view) { receipt_redeemed(view, story_.elevator(), grade, kg); };
  };
  const auto end = [&](std::uint64_t kg) {
    return [&, kg](View& view) {
      if (kg > 0) redeem(kg)(view);
      close_permit(view, kReceipt);
    };
  };
  expect(redeem(4'000), why);  // and the permit stands
  for (const std::uint64_t kg : {0, 3'999, 4'001, 10'000}) expect(end(kg), why);
  expect(end(4'000), kAccepted);
  EXPECT_EQ(find(scratch_.view(), story_.elevator())->live_receipts_kg(), 6'000u);
}

TEST_F(ElevatorInvariants, receipts_are_given_out_to_the_kilogram) {
  const Refusal why = base::v1::INVARIANT_RECEIPT_CONSERVATION;
  expect_change(batch(), [](auto& row) { row.set_receipted_kg(1); }, why);
  expect(
      [&](View& view) {
        hold_for_proposal(view, delivered_.batch, 10);
        receipt_issued(view, delivered_.batch, 10);
        change(view, batch(), [](auto& row) { row.set_receipted_kg(9); });
      },
      why);
  // An unused permit owes nothing.
  expect([](View& view) { close_permit(view, kReceipt); }, kAccepted);
}

TEST_F(ElevatorInvariants, a_return_holds_and_releases_to_the_kilogram) {
  const Refusal hold = base::v1::INVARIANT_UNRECEIPTED_CREDIT;
  const Refusal source = base::v1::INVARIANT_OUTBOUND_SOURCE;
  const verbs::OrderReturn order{delivered_.batch, 10'000, story_.farmer().party};
  const std::uint64_t id = scratch_.apply(story_.farmer(), order).first_id;
  const auto standing = kReturns(id);
  expect_change(batch(), [](auto& row) { row.set_returning_kg(9'999); }, hold);
  expect([&](View& view) { view.erase(standing); }, hold);
  expect_change(standing, [](auto& row) { row.set_kg(10'001); }, source);
  expect_change(standing, [](auto& row) { row.set_batch(row.batch() + 1); }, source);
  expect_change(standing, [](auto& row) { row.mutable_restricted()->set_receiver(1); }, source);
  expect_change(standing, [](auto& row) { row.set_released_kg(1); }, source);
  // A truck that is charged to the batch alone, to the return alone, or for more than is left.
  v1::Outbound row = outbound(100);
  row.set_grain_return(id);
  row.set_batch(delivered_.batch);
  const auto leave = [&](std::uint64_t withdrawn_kg, std::uint64_t released_kg) {
    return [=, this](View& view) {
      record_outbound(view, row);
      change(view, batch(), [=](auto& taken) {
        taken.set_withdrawn_kg(withdrawn_kg);
        taken.set_returning_kg(10'000 - released_kg);
      });
      change(view, standing, [=](auto& released) { released.set_released_kg(released_kg); });
    };
  };
  expect(leave(100, 0), source);
  expect(leave(0, 100), source);
  expect(leave(100, 99), source);
  expect(leave(100, 100), kAccepted);
  row.set_kg(9'901);
  expect(
      [&](View& view) {
        record_outbound(view, row);
        change(view, batch(), [](auto& taken) {
          taken.set_withdrawn_kg(10'001);
          taken.set_returning_kg(0);
        });
        view.erase(standing);
      },
      source);
}

// What is charged to another batch than the return is of would be that depositor's loss.
TEST(ElevatorReturns, take_from_the_batch_that_they_are_of) {
  Chain chain;
  ElevatorStory story(chain);
  const std::uint64_t batch = story.deliver(story.farmer()).batch;
  const std::uint64_t other = story.deliver(story.elevator_operator()).batch;
  test::Scratch scratch(chain);
  const verbs::OrderReturn order{batch, 10'000, story.farmer().party};
  const std::uint64_t id = scratch.apply(story.farmer(), order).first_id;
  const auto leave = [&](std::uint64_t charged) {
    return scratch.judge([&](View& view) {
      v1::Outbound row;
      row.set_elevator(story.elevator());
      row.set_bin(story.bin());
      row.set_kg(100);
      row.set_grain_return(id);
      row.set_batch(charged);
      record_outbound(view, row);
      v1::GrainReturn released = view.require(kReturns(id));
      released.set_released_kg(100);
      view.put(kReturns(id), released);
      v1::Batch held = view.require(kBatches(batch));
      held.set_returning_kg(9'900);
      view.put(kBatches(batch), held);
      v1::Batch taken = view.require(kBatches(charged));
      taken.set_withdrawn_kg(100);
      view.put(kBatches(charged), taken);
    });
  };
  EXPECT_EQ(leave(other).code(), Refusal(base::v1::INVARIANT_OUTBOUND_SOURCE).code());
  EXPECT_EQ(leave(batch), kAccepted);
}

TEST_F(ElevatorInvariants, bin_balance) {
  const Refusal why = base::v1::INVARIANT_BIN_BALANCE;
  expect_change(bin(), [](auto& row) { row.set_balance_kg(kCreditedKg - 1); }, why);
  expect_change(bin(), [](auto& row) { row.set_outbound_kg(kCreditedKg + 1); }, why);
  expect_change(bin(), [](auto& row) { row.set_capacity_kg(kCreditedKg - 1); }, why);
  expect_change(bin(), [](auto& row) { row.set_crop(v1::CROP_UNSPECIFIED); }, why);
  expect_change(bin(), [](auto& row) { row.set_elevator(row.elevator() + 1); }, why);
  expect_change(elevator(), [](auto& row) { row.set_stock_kg(kCreditedKg - 1); }, why);
  expect([&](View& view) { view.erase(bin()); }, why);
  // Grain that no ticket brought.
  expect(
      [&](View& view) {
        change(view, bin(), [](auto& row) {
          row.set_inbound_kg(kCreditedKg + 1);
          row.set_balance_kg(kCreditedKg + 1);
        });
        change(view, elevator(), [](auto& row) { row.set_stock_kg(kCreditedKg + 1); });
      },
      why);
}

}  // namespace
}  // namespace astyq::elevators
