// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "licences/handlers.gen.h"
#include "licences/state.gen.h"
#include "modules/licences/licences.h"
#include "support/authority_story.h"
#include "support/licences_story.h"

namespace astyq::licences {
namespace {

using test::Chain;

// An elevator with an active licence, and one that was withdrawn before it.
struct Licensed : testing::Test {
  Chain chain;
  test::Actor elevator = chain.company("Elevator");
  std::uint64_t withdrawn = test::license(chain, elevator, v1::ELEVATOR);
  std::uint64_t active = 0;

  Licensed() {
    const std::uint64_t act = test::act_about(chain, elevator);
    chain.ok(chain.registrar(), verbs::WithdrawLicence{.licence = withdrawn, .act = act});
    active = test::license(chain, elevator, v1::ELEVATOR);
  }

  Slot<v1::CurrentLicence> current(std::uint64_t party, v1::LicenceKind kind) const {
    return kCurrentLicences(party, static_cast<std::uint32_t>(kind));
  }
  template <typename Write>
  Refusal after(Write write) const {
    return chain.after_writing(check_invariants, write);
  }
  template <typename Change>
  Refusal after_change(std::uint64_t id, Change change) const {
    return after([&](View& view) {
      v1::Licence row = view.require(kLicences(id));
      change(row);
      view.put(kLicences(id), row);
    });
  }
  static void point(View& view, Slot<v1::CurrentLicence> slot, std::uint64_t licence) {
    v1::CurrentLicence row;
    row.set_licence(licence);
    view.put(slot, row);
  }
};

using LicencesInvariants = Licensed;

TEST_F(LicencesInvariants, two_of_a_kind) {
  const auto second = [&](View& view) {
    return view.add(kLicences, view.require(kLicences(active)));
  };
  EXPECT_EQ(after([&](View& view) { second(view); }), base::v1::INVARIANT_ONE_LICENCE);
  EXPECT_EQ(
      after([&](View& view) { point(view, current(elevator.party, v1::ELEVATOR), second(view)); }),
      base::v1::INVARIANT_ONE_LICENCE);
  EXPECT_EQ(after([&](View& view) {
              v1::Licence former = view.require(kLicences(active));
              point(view, current(elevator.party, v1::ELEVATOR), second(view));
              former.set_status(v1::LAPSED);
              view.put(kLicences(active), former);
            }),
            kAccepted);
}

TEST_F(LicencesInvariants, ended_is_final) {
  for (const auto status : {v1::ACTIVE, v1::SUSPENDED, v1::LAPSED})
    EXPECT_EQ(after_change(withdrawn, [&](v1::Licence& row) { row.set_status(status); }),
              base::v1::INVARIANT_ONE_LICENCE);
  EXPECT_EQ(after_change(withdrawn, [](v1::Licence& row) { row.set_number("KZ-0"); }),
            base::v1::INVARIANT_ONE_LICENCE);
  EXPECT_EQ(after([&](View& view) { view.erase(kLicences(withdrawn)); }),
            base::v1::INVARIANT_ONE_LICENCE);
  EXPECT_EQ(
      after([&](View& view) { point(view, current(elevator.party, v1::ELEVATOR), withdrawn); }),
      base::v1::INVARIANT_ONE_LICENCE);
}

TEST_F(LicencesInvariants, current_one_agrees_with_the_licence) {
  EXPECT_EQ(after_change(active, [](v1::Licence& row) { row.set_status(v1::SUSPENDED); }),
            kAccepted);
  EXPECT_EQ(after_change(active, [](v1::Licence& row) { row.set_status(v1::WITHDRAWN); }),
            base::v1::INVARIANT_ONE_LICENCE);
  EXPECT_EQ(after_change(active, [](v1::Licence& row) { row.set_holder(1); }),
            base::v1::INVARIANT_ONE_LICENCE);
  EXPECT_EQ(after_change(active, [](v1::Licence& row) { row.set_kind(v1::BANK); }),
            base::v1::INVARIANT_ONE_LICENCE);
  EXPECT_EQ(after([&](View& view) { view.erase(current(elevator.party, v1::ELEVATOR)); }),
            base::v1::INVARIANT_ONE_LICENCE);
  EXPECT_EQ(after([&](View& view) { point(view, current(1, v1::ELEVATOR), active); }),
            base::v1::INVARIANT_ONE_LICENCE);
  EXPECT_EQ(after([&](View& view) { point(view, current(elevator.party, v1::BANK), active); }),
            base::v1::INVARIANT_ONE_LICENCE);
  EXPECT_EQ(after([&](View& view) { point(view, current(1, v1::BANK), 999); }),
            base::v1::INVARIANT_ONE_LICENCE);
}

}  // namespace
}  // namespace astyq::licences
