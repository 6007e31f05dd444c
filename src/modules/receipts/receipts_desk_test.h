// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include "engine/execute.h"
#include "engine/schedule.h"
#include "ledger/state.gen.h"
#include "modules/elevators/elevators.h"
#include "modules/receipts/receipts.h"
#include "receipts/handlers.gen.h"
#include "receipts/state.gen.h"
#include "support/authority_story.h"
#include "support/receipts_story.h"
#include "wire/catalogue.h"

namespace astyq::receipts {

// The state of a chain as it stands now, for the functions that other modules offer.
struct Head {
  explicit Head(const test::Chain& chain)
      : overlay(chain.engine().tree()),
        view(overlay, chain.engine().rules(),
             {chain.engine().head().height + 1, chain.now_ns(), chain.now_ns()}) {}

  Overlay overlay;
  View view;
};

// A story about receipts that goes on inside one block which never ends: verbs are applied by the
// engine as ever, but a test may also change a receipt's row behind its back, to reach what no verb
// of this layer brings about (a lock in a pool, a reservation), and let time pass between the end
// of a term and the job that tidies up. Stories of the verbs use Chain alone.
class ReceiptsDesk {
 public:
  using Where = test::Where;

  ReceiptsDesk()
      : story_(chain_),
        sack_(story_.receipt(story_.farmer(), 200'000)),
        act_(story_.grain().record_act(story_.elevator_operator())),
        overlay_(chain_.engine().tree()),
        time_{chain_.engine().head().height + 1, chain_.now_ns() + 1, chain_.now_ns() + 1} {
    chain_.skip_final_checks();
  }
  ReceiptsDesk(const ReceiptsDesk&) = delete;
  ReceiptsDesk& operator=(const ReceiptsDesk&) = delete;

  std::uint64_t new_party() {
    const verbs::RegisterParty verb{.kind = identity::v1::LEGAL_ENTITY,
                                    .bin = chain_.new_bin(),
                                    .name = "Company",
                                    .key = chain_.new_key_message(*chain_.new_key())};
    return expect(chain_.registrar().party, verb.operation(), kAccepted, Where::current());
  }
  // The party that runs the elevator of all receipts here.
  std::uint64_t elevator_operator() const { return story_.elevator_operator().party; }
  std::uint64_t registrar() const { return chain_.registrar().party; }
  // An act about a party that orders this.
  std::uint64_t new_act(std::uint64_t about,
                        const test::Scopes& scopes = {authority::v1::CERTIFY_RELEASE}) {
    verbs::RecordAct verb = test::act_verb({about, nullptr});
    verb.scopes = scopes;
    return expect(registrar(), verb.operation(), kAccepted, Where::current());
  }
  // A free receipt, split off a large one; storage is paid for ten years. All together at most
  // 200,000 kg a desk.
  std::uint64_t new_receipt(std::uint64_t holder, std::uint64_t kg = 1'000) {
    const verbs::SplitReceipt split{.receipt = sack_, .parts_kg = {kg, row(sack_).kg() - kg}};
    const std::uint64_t receipt =
        expect(story_.farmer().party, split.operation(), kAccepted, Where::current());
    sack_ = receipt + 1;
    View now = view();
    give(now, receipt, holder);
    change(receipt, [&](auto& row) { row.set_paid_until_ns(time_.time_ns + 3'650 * kDayNs); });
    return receipt;
  }

  // A pool for the elevator and grade of all receipts here.
  std::uint64_t new_pool() {
    const verbs::DefinePool verb{story_.grain().elevator(), row(sack_).grade()};
    return expect(chain_.registrar().party, verb.operation(), kAccepted, Where::current());
  }

  View view() { return View(overlay_, chain_.engine().rules(), time_); }
  v1::Receipt row(std::uint64_t receipt) { return view().require(kReceipts(receipt)); }
  std::uint64_t holder(std::uint64_t receipt) { return row(receipt).restricted().holder(); }
  elevators::v1::Elevator elevator() { return *elevators::find(view(), story_.grain().elevator()); }

  // Changes a receipt's row behind the engine's back.
  template <typename Change>
  void change(std::uint64_t receipt, Change how) {
    v1::Receipt changed = row(receipt);
    how(changed);
    view().put(kReceipts(receipt), changed);
  }
  void set_regime(elevators::v1::Regime regime) {
    ok(chain_.registrar().party, verbs::SetRegime{story_.grain().elevator(), regime, act_});
  }
  // So many more kilograms leave for the receipt's redemption order.
  void let_leave(std::uint64_t receipt, std::uint64_t kg) {
    ok(elevator_operator(), verbs::RecordRedemptionOutbound{receipt, story_.grain().bin(), kg});
  }

  // Time goes on within the block: no job runs yet.
  void pass(std::int64_t duration_ns) {
    time_.time_ns += duration_ns;
    time_.running_ns += duration_ns;
  }
  // The jobs that are due run. Fails the test when an invariant refuses one.
  void end_block() {
    View now = view();
    engine::run_due_jobs(now);
    EXPECT_FALSE(now.exists(ledger::kAlarms(1)));
  }
  std::int64_t now_ns() const { return time_.time_ns; }

  template <typename Verb>
  void ok(std::uint64_t party, const Verb& verb, Where where = Where::current()) {
    expect(party, verb.operation(), kAccepted, where);
  }
  // The same; returns the first id that was made.
  template <typename Verb>
  std::uint64_t made(std::uint64_t party, const Verb& verb, Where where = Where::current()) {
    return expect(party, verb.operation(), kAccepted, where);
  }
  // Fails the test unless just this refusal comes of the verb.
  template <typename Verb>
  void refuse(std::uint64_t party, const Verb& verb, Refusal refusal,
              Where where = Where::current()) {
    expect(party, verb.operation(), refusal, where);
  }
  template <typename Verb>
  bool accepts(std::uint64_t party, const Verb& verb) {
    return !apply(party, verb.operation()).refusal.refused();
  }

  // Meets RESERVED, BLOCKED, PLEDGED and NOT_ACTIVE of a verb that needs the receipt free, each on
  // top of those before: a later refusal never hides an earlier one. Leaves the receipt as it was.
  template <typename Message, typename Verb>
  void refuse_unless_free(std::uint64_t party, std::uint64_t receipt, const Verb& verb,
                          Where where = Where::current()) {
    const v1::Receipt before = row(receipt);
    change(receipt, [](auto& row) { row.set_reserved(true); });
    refuse(party, verb, Message::RESERVED, where);
    change(receipt, [](auto& row) { row.set_blocked_by_act(1); });
    refuse(party, verb, Message::BLOCKED, where);
    change(receipt, [](auto& row) { row.set_encumbered(true); });
    refuse(party, verb, Message::PLEDGED, where);
    for (const auto state :
         {v1::REDEMPTION_PENDING, v1::TOKENISED, v1::SPLIT, v1::MERGED, v1::REDEEMED}) {
      change(receipt, [&](auto& row) { row.set_state(state); });
      refuse(party, verb, Message::NOT_ACTIVE, where);
    }
    view().put(kReceipts(receipt), before);
  }

 private:
  static std::string name_of(Refusal refusal) { return wire::refusal_text(refusal.code()).name; }

  engine::OperationResult apply(std::uint64_t party, const base::v1::Operation& op) {
    base::v1::TxBody body;
    body.set_party(party);
    *body.add_operations() = op;
    View now = view();
    const auto result = engine::execute(body, now).at(0);
    EXPECT_FALSE(result.wrote_before_refusing) << name_of(result.refusal);
    return result;
  }
  // Returns the first id that was made.
  std::uint64_t expect(std::uint64_t party, const base::v1::Operation& op, Refusal refusal,
                       Where where) {
    const testing::ScopedTrace trace(where.file_name(), static_cast<int>(where.line()),
                                     op.ShortDebugString());
    const auto result = apply(party, op);
    EXPECT_EQ(name_of(result.refusal), name_of(refusal));
    return result.first_id;
  }

  test::Chain chain_;
  test::ReceiptStory story_;
  std::uint64_t sack_;
  std::uint64_t act_;
  Overlay overlay_;
  BlockTime time_;
};

}  // namespace astyq::receipts
