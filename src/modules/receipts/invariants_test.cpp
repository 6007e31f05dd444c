// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <functional>
#include <source_location>

#include "modules/receipts/receipt_parts.h"
#include "modules/receipts/receipts.h"
#include "receipts/handlers.gen.h"
#include "receipts/state.gen.h"
#include "wire/catalogue.h"

namespace astyq::receipts {
namespace {

using base::v1::INVARIANT_ENCUMBERED;
using base::v1::INVARIANT_ONE_HOLDER;
using base::v1::INVARIANT_RECEIPT_CONSERVATION;
using base::v1::INVARIANT_RECEIPT_FINAL;

constexpr std::uint64_t kFarmer = 10, kBuyer = 11, kBank = 12, kPool = 3, kAct = 5;
constexpr std::int64_t kNow = 1000 * kDayNs;

// Rows without verbs: each test breaks one thing that a verb might one day break.
class Rows : public testing::Test {
 protected:
  using Write = std::function<void(View&)>;

  Rows() { rules_.set_offer_days(3); }

  static v1::Receipt receipt(std::uint64_t kg) {
    v1::Receipt row;
    row.set_elevator(1);
    row.set_batch(2);
    row.mutable_grade()->set_crop(elevators::v1::WHEAT);
    row.mutable_grade()->set_grain_class(3);
    row.mutable_grade()->set_crop_year(2026);
    row.mutable_grade()->set_basis_profile(1);
    row.set_kg(kg);
    row.set_issued_kg(kg);
    row.set_state(v1::ACTIVE);
    row.set_issued_at_ns(kNow);
    row.set_paid_until_ns(kNow + 90 * kDayNs);
    row.mutable_restricted()->set_holder(kFarmer);
    row.mutable_restricted()->set_depositor(kFarmer);
    return row;
  }

  static v1::Receipt child(std::uint64_t parent, std::uint64_t kg) {
    v1::Receipt row = receipt(kg);
    row.add_parents(parent);
    return row;
  }

  static v1::Proposal proposal(const std::vector<std::uint64_t>& weights_kg,
                               v1::ProposalState state) {
    v1::Proposal row;
    row.set_elevator(1);
    row.set_batch(2);
    for (const std::uint64_t kg : weights_kg) row.add_receipts_kg(kg);
    row.set_paid_until_ns(kNow + 90 * kDayNs);
    row.set_state(state);
    row.set_expires_at_running_ns(kNow + 3 * kDayNs);
    return row;
  }

  static v1::TransferOffer offer(std::uint64_t from, std::uint64_t to) {
    v1::TransferOffer row;
    row.set_expires_at_running_ns(kNow + 3 * kDayNs);
    row.mutable_restricted()->set_from(from);
    row.mutable_restricted()->set_to(to);
    return row;
  }

  // Changes one receipt as given.
  static Write change(std::uint64_t id, const std::function<void(v1::Receipt&)>& how) {
    return [=](View& view) {
      v1::Receipt row = view.require(kReceipts(id));
      how(row);
      view.put(kReceipts(id), row);
    };
  }
  static Write pledge(std::uint64_t id, std::uint64_t pledgee) {
    return change(id, [=](v1::Receipt& row) {
      row.set_encumbered(true);
      row.mutable_restricted()->mutable_pledge()->set_pledgee(pledgee);
      row.mutable_restricted()->mutable_pledge()->set_state(v1::ACCEPTED);
    });
  }
  static Write give_to(std::uint64_t id, std::uint64_t holder) {
    return change(id, [=](v1::Receipt& row) { row.mutable_restricted()->set_holder(holder); });
  }
  static Write end_as(std::uint64_t id, v1::ReceiptState state) {
    return change(id, [=](v1::Receipt& row) {
      row.set_state(state);
      if (state == v1::REDEEMED) row.set_redeemed_kg(row.kg());
      row.set_kg(0);
      row.set_pool(0);
    });
  }

  // What stands before: not judged.
  void given(const Write& write) { write(view_); }
  // Judges one operation, then takes it back.
  Refusal judge(const Write& operation) {
    const Overlay::Savepoint before = overlay_.savepoint();
    operation(view_);
    const Refusal refusal = check_invariants(Delta(overlay_.written_since(before)), view_);
    overlay_.rollback(before);
    return refusal;
  }
  void expect(Refusal refusal, const Write& operation,
              std::source_location where = std::source_location::current()) {
    const testing::ScopedTrace trace(where.file_name(), static_cast<int>(where.line()), "");
    EXPECT_EQ(wire::refusal_text(judge(operation).code()).name,
              wire::refusal_text(refusal.code()).name);
  }

  store::Tree tree_;
  Overlay overlay_{tree_};
  Rules rules_;
  View view_{overlay_, rules_, {1, kNow, kNow}};
};

TEST_F(Rows, kilograms_pass_from_parents_to_children) {
  given([](View& view) { view.add(kReceipts, receipt(100)); });
  const auto split = [](std::uint64_t first_kg, std::uint64_t second_kg) {
    return [=](View& view) {
      end_as(1, v1::SPLIT)(view);
      view.add(kReceipts, child(1, first_kg));
      view.add(kReceipts, child(1, second_kg));
    };
  };
  expect(kAccepted, split(60, 40));
  expect(INVARIANT_RECEIPT_CONSERVATION, split(60, 41));
  expect(INVARIANT_RECEIPT_CONSERVATION, split(60, 39));
  expect(INVARIANT_RECEIPT_CONSERVATION, split(100, 0));
  expect(INVARIANT_RECEIPT_CONSERVATION, split(UINT64_MAX - 49, 150));  // sums to 100 in 64 bits
  expect(INVARIANT_RECEIPT_CONSERVATION, end_as(1, v1::MERGED));
  expect(INVARIANT_RECEIPT_CONSERVATION, change(1, [](auto& row) { row.set_kg(99); }));
  expect(INVARIANT_RECEIPT_CONSERVATION, change(1, [](auto& row) { row.set_state(v1::SPLIT); }));
  // The parent lives on beside its child.
  expect(INVARIANT_RECEIPT_CONSERVATION, [](View& view) { view.add(kReceipts, child(1, 100)); });
}

TEST_F(Rows, children_are_what_their_parents_were) {
  given([](View& view) { view.add(kReceipts, receipt(100)); });
  const auto renewed_as = [](const std::function<void(v1::Receipt&)>& how) {
    return [=](View& view) {
      end_as(1, v1::MERGED)(view);
      v1::Receipt row = child(1, 100);
      how(row);
      view.add(kReceipts, row);
    };
  };
  expect(kAccepted, renewed_as([](auto&) {}));
  for (const auto& how : std::vector<std::function<void(v1::Receipt&)>>{
           [](auto& row) { row.set_batch(9); }, [](auto& row) { row.set_elevator(9); },
           [](auto& row) { row.mutable_grade()->set_grain_class(2); },
           [](auto& row) { row.mutable_grade()->set_crop_year(2025); },
           [](auto& row) { row.set_paid_until_ns(kNow + 900 * kDayNs); },
           [](auto& row) { row.mutable_restricted()->set_depositor(kBuyer); },
           [](auto& row) { row.mutable_restricted()->set_holder(kBuyer); },
           [](auto& row) { row.set_state(v1::TOKENISED), row.set_pool(kPool); },
           [](auto& row) { row.set_issued_kg(101); }})
    expect(INVARIANT_RECEIPT_CONSERVATION, renewed_as(how));
  expect(INVARIANT_ENCUMBERED, renewed_as([](auto& row) { row.set_reserved(true); }));
  expect(INVARIANT_ENCUMBERED, renewed_as([](auto& row) { row.set_blocked_by_act(kAct); }));
}

TEST_F(Rows, a_receipt_is_born_of_a_proposal_that_both_signed) {
  given([](View& view) {
    view.add(kReceiptProposals, proposal({70, 30}, v1::COUNTERSIGNED));
    view.add(kReceiptProposals, proposal({70, 30}, v1::PROPOSED));
    v1::Proposal ended = proposal({70, 30}, v1::COUNTERSIGNED);
    ended.set_expires_at_running_ns(kNow);
    view.add(kReceiptProposals, ended);
  });
  const auto issue = [](std::uint64_t of, std::uint64_t first_kg, std::uint64_t second_kg) {
    return [=](View& view) {
      view.erase(kReceiptProposals(of));
      view.add(kReceipts, receipt(first_kg));
      view.add(kReceipts, receipt(second_kg));
    };
  };
  expect(kAccepted, issue(1, 70, 30));
  expect(INVARIANT_RECEIPT_CONSERVATION, issue(1, 70, 31));
  expect(INVARIANT_RECEIPT_CONSERVATION, issue(1, 70, 29));
  expect(INVARIANT_RECEIPT_CONSERVATION, issue(2, 70, 30));
  expect(INVARIANT_RECEIPT_CONSERVATION, issue(3, 70, 30));
  expect(INVARIANT_RECEIPT_CONSERVATION, [](View& view) { view.add(kReceipts, receipt(100)); });
  expect(INVARIANT_ENCUMBERED, [](View& view) {
    v1::Receipt born_old = receipt(100);
    born_old.set_state(v1::REDEMPTION_PENDING);
    view.add(kReceipts, born_old);
  });
  // Withdrawn or lapsed.
  expect(kAccepted, [](View& view) { view.erase(kReceiptProposals(1)); });
}

TEST_F(Rows, a_proposal_stays_as_it_was_signed) {
  given([](View& view) { view.add(kReceiptProposals, proposal({70, 30}, v1::PROPOSED)); });
  const auto become = [](const v1::Proposal& row) {
    return [=](View& view) { view.put(kReceiptProposals(1), row); };
  };
  expect(kAccepted, become(proposal({70, 30}, v1::COUNTERSIGNED)));
  expect(INVARIANT_RECEIPT_CONSERVATION, become(proposal({70, 31}, v1::COUNTERSIGNED)));
  expect(INVARIANT_RECEIPT_CONSERVATION, become(proposal({70, 30, 1}, v1::PROPOSED)));
  expect(INVARIANT_RECEIPT_CONSERVATION,
         [](View& view) { view.add(kReceiptProposals, proposal({70, 30}, v1::COUNTERSIGNED)); });
}

TEST_F(Rows, one_holder_and_one_pledge) {
  given([](View& view) {
    view.add(kReceipts, receipt(100));
    view.add(kReceipts, receipt(100));
    pledge(2, kBank)(view);
  });
  expect(kAccepted, give_to(1, kBuyer));
  expect(INVARIANT_ONE_HOLDER, give_to(1, 0));
  expect(kAccepted, pledge(1, kBank));
  expect(INVARIANT_ONE_HOLDER, pledge(1, 0));
  expect(INVARIANT_ONE_HOLDER, pledge(1, kFarmer));
  expect(INVARIANT_ONE_HOLDER, pledge(2, kBuyer));  // beside the bank's
  expect(INVARIANT_ONE_HOLDER, change(1, [](auto& row) { row.set_encumbered(true); }));
  expect(INVARIANT_ONE_HOLDER, change(2, [](auto& row) { row.set_encumbered(false); }));
}

TEST_F(Rows, an_offer_is_its_holders) {
  given([](View& view) { view.add(kReceipts, receipt(100)); });
  const auto make = [](std::uint64_t from, std::uint64_t to) {
    return [=](View& view) { view.put(kTransferOffers(1), offer(from, to)); };
  };
  expect(kAccepted, make(kFarmer, kBuyer));
  expect(INVARIANT_ONE_HOLDER, make(kBuyer, kBank));
  expect(INVARIANT_ONE_HOLDER, make(kFarmer, kFarmer));
  expect(INVARIANT_ONE_HOLDER, make(kFarmer, 0));
  expect(INVARIANT_ONE_HOLDER,
         [](View& view) { view.put(kTransferOffers(7), offer(kFarmer, kBuyer)); });
  given(make(kFarmer, kBuyer));
  expect(INVARIANT_ONE_HOLDER, give_to(1, kBank));  // and the offer stands
  expect(kAccepted, [](View& view) { give(view, 1, kBank); });
  given(pledge(1, kBank));
  expect(INVARIANT_ENCUMBERED, make(kFarmer, kBank));
}

// Every way to dispose of a receipt, on every receipt that is not free.
TEST_F(Rows, what_is_not_free_does_not_move) {
  const std::vector<Write> held{
      pledge(1, kBank), change(1, [](auto& row) { row.set_blocked_by_act(kAct); }),
      change(1, [](auto& row) { row.set_reserved(true); }),
      change(1, [](auto& row) { row.set_state(v1::TOKENISED), row.set_pool(kPool); }),
      change(1, [](auto& row) { row.set_state(v1::REDEMPTION_PENDING); })};
  const Write split = [](View& view) {
    end_as(1, v1::SPLIT)(view);
    view.add(kReceipts, child(1, 60));
    view.add(kReceipts, child(1, 40));
  };
  const std::vector<Write> disposals{
      give_to(1, kBuyer),
      split,
      end_as(1, v1::REDEEMED),
      change(1, [](auto& row) { row.set_state(v1::REDEMPTION_PENDING), row.set_pool(0); }),
      change(1, [](auto& row) { row.set_state(v1::TOKENISED), row.set_pool(kPool); }),
      change(1, [](auto& row) { row.set_reserved(true); })};
  given([](View& view) { view.add(kReceipts, receipt(100)); });
  // Each of the two is right for one of the five: out of the pool in two parts, and redeemed as
  // ordered.
  const auto is_right = [](std::size_t hold, std::size_t disposal) {
    return (hold == 3 && disposal == 1) || (hold == 4 && disposal == 2);
  };
  for (std::size_t hold = 0; hold < held.size(); ++hold) {
    const Overlay::Savepoint free = overlay_.savepoint();
    given(held[hold]);
    for (std::size_t disposal = 0; disposal < disposals.size(); ++disposal) {
      const testing::ScopedTrace trace(
          __FILE__, __LINE__, std::to_string(hold) + " disposed by " + std::to_string(disposal));
      const Overlay::Savepoint before = overlay_.savepoint();
      disposals[disposal](view_);
      const bool no_change = overlay_.written_since(before).empty();
      overlay_.rollback(before);
      expect(no_change || is_right(hold, disposal) ? kAccepted : Refusal(INVARIANT_ENCUMBERED),
             disposals[disposal]);
    }
    overlay_.rollback(free);
  }
}

TEST_F(Rows, storage_is_paid_for_longer_and_by_itself) {
  given([](View& view) { view.add(kReceipts, receipt(100)); });
  const auto pay = [](std::int64_t days) {
    return change(1, [=](auto& row) { row.set_paid_until_ns(kNow + days * kDayNs); });
  };
  expect(kAccepted, pay(91));
  expect(INVARIANT_RECEIPT_FINAL, pay(89));
  for (const Write& other : {give_to(1, kBuyer), pledge(1, kBank), end_as(1, v1::MERGED)})
    expect(INVARIANT_RECEIPT_FINAL, [=](View& view) {
      pay(91)(view);
      other(view);
    });
  given(end_as(1, v1::SPLIT));
  expect(INVARIANT_RECEIPT_FINAL, pay(91));
}

TEST_F(Rows, what_has_not_left_lives_on) {
  given([](View& view) {
    view.add(kReceipts, receipt(100));
    change(1, [](auto& row) { row.set_state(v1::REDEMPTION_PENDING); })(view);
  });
  const auto keep = [](std::uint64_t redeemed_kg, std::uint64_t rest_kg) {
    return [=](View& view) {
      end_as(1, v1::REDEEMED)(view);
      change(1, [=](auto& row) { row.set_redeemed_kg(redeemed_kg); })(view);
      if (rest_kg > 0) view.add(kReceipts, child(1, rest_kg));
    };
  };
  expect(kAccepted, keep(60, 40));
  expect(kAccepted, keep(100, 0));
  expect(INVARIANT_RECEIPT_CONSERVATION, keep(60, 41));
  expect(INVARIANT_RECEIPT_CONSERVATION, keep(60, 39));
  expect(INVARIANT_RECEIPT_CONSERVATION, keep(60, 0));
  expect(INVARIANT_RECEIPT_CONSERVATION, keep(100, 40));
  expect(INVARIANT_RECEIPT_CONSERVATION, keep(101, 0));
  expect(INVARIANT_ENCUMBERED, keep(0, 100));
  expect(INVARIANT_ENCUMBERED, change(1, [](auto& row) { row.set_redeemed_kg(60); }));
}

TEST_F(Rows, an_act_certifies_a_redemption_alone) {
  given([](View& view) {
    view.add(kReceipts, receipt(100));
    change(1, [](auto& row) { row.set_state(v1::REDEMPTION_PENDING); })(view);
  });
  const Write certify = change(1, [](auto& row) { row.set_redeemed_by_act(kAct); });
  expect(INVARIANT_ENCUMBERED, certify);
  expect(kAccepted, [=](View& view) {
    certify(view);
    end_as(1, v1::REDEEMED)(view);
  });
}

TEST_F(Rows, freed_and_moved_in_one_operation) {
  const auto both = [](const Write& first, const Write& second) {
    return [=](View& view) {
      first(view);
      second(view);
    };
  };
  given([](View& view) {
    for (int i = 0; i < 4; ++i) view.add(kReceipts, receipt(100));
    pledge(1, kBank)(view);
    change(2, [](auto& row) { row.set_blocked_by_act(kAct); })(view);
    reserve(view, 3);
    lock_in_pool(view, 4, kPool);
  });
  const Write release = change(1, [](v1::Receipt& row) {
    row.set_encumbered(false);
    row.mutable_restricted()->clear_pledge();
  });
  const Write unblock = change(2, [](auto& row) { row.set_blocked_by_act(0); });
  expect(kAccepted, release);
  expect(kAccepted, unblock);
  expect(INVARIANT_ENCUMBERED, both(release, give_to(1, kBuyer)));
  expect(INVARIANT_ENCUMBERED, both(unblock, give_to(2, kBuyer)));
  expect(kAccepted, [](View& view) {
    end_reservation(view, 3);
    give(view, 3, kBuyer);
  });
  expect(INVARIANT_ENCUMBERED, [](View& view) {
    end_reservation(view, 3);
    lock_in_pool(view, 3, kPool);
  });
  expect(kAccepted, [](View& view) { take_from_pool(view, 4, 100, kBuyer); });
  expect(kAccepted, [](View& view) { take_from_pool(view, 4, 1, kBuyer); });
  expect(INVARIANT_ENCUMBERED, change(4, [](auto& row) { row.set_pool(0); }));
}

TEST_F(Rows, the_end_is_final) {
  given([](View& view) {
    view.add(kReceipts, receipt(100));
    view.add(kReceipts, receipt(100));
    end_as(2, v1::REDEEMED)(view);
  });
  expect(INVARIANT_RECEIPT_FINAL, [](View& view) { view.erase(kReceipts(1)); });
  expect(INVARIANT_RECEIPT_FINAL, [](View& view) { view.erase(kReceipts(2)); });
  expect(INVARIANT_RECEIPT_FINAL, give_to(2, kBuyer));
  expect(INVARIANT_RECEIPT_FINAL, change(2, [](v1::Receipt& row) {
           row.set_state(v1::ACTIVE);
           row.set_kg(100);
           row.set_redeemed_kg(0);
         }));
  for (const auto& how : std::vector<std::function<void(v1::Receipt&)>>{
           [](auto& row) { row.set_batch(9); }, [](auto& row) { row.set_issued_kg(101); },
           [](auto& row) { row.mutable_grade()->set_grain_class(1); },
           [](auto& row) { row.set_issued_at_ns(1); }, [](auto& row) { row.add_parents(7); },
           [](auto& row) { row.mutable_restricted()->set_depositor(kBuyer); }})
    expect(INVARIANT_RECEIPT_FINAL, change(1, how));
}

}  // namespace
}  // namespace astyq::receipts
