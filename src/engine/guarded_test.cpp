// SPDX-License-Identifier: Apache-2.0
#include "engine/guarded.h"

#include <gtest/gtest.h>

#include "ledger/state.gen.h"
#include "support/authority_story.h"

namespace astyq::engine {
namespace {

// Every module's invariants stand above what no transaction asked for.
TEST(Guarded, what_breaks_an_invariant_is_dropped_under_an_alarm) {
  test::Chain chain;
  const std::uint64_t act = test::act_about(chain, chain.company("Agro"));
  Bytes key(1, '\x21');  // the table of acts, whose rows never change
  append_u64(key, act);
  Overlay overlay(chain.engine().tree());
  View view(overlay, chain.engine().rules(), {7, 1, 1});
  ledger::v1::Alarm alarm;
  alarm.set_subject(5);
  do_guarded(view, alarm, [&] { overlay.write(store::RowKey(key), std::nullopt); });
  EXPECT_NE(overlay.find(store::RowKey(key)), nullptr);
  const auto raised = view.require(ledger::kAlarms(1));
  EXPECT_EQ(raised.subject(), 5u);
  EXPECT_EQ(raised.refusal(), Refusal(base::v1::INVARIANT_ACT_CHANGED).code());
  EXPECT_EQ(raised.height(), 7u);
  do_guarded(view, alarm, [&] { view.schedule(ledger::v1::EXPIRE_DELIVERY_OFFER, 5, 100); });
  EXPECT_TRUE(view.exists(ledger::kDueJobs(100, ledger::v1::EXPIRE_DELIVERY_OFFER, 5)));
  EXPECT_FALSE(view.exists(ledger::kAlarms(2)));
}

}  // namespace
}  // namespace astyq::engine
