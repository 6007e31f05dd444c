// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "authority/handlers.gen.h"
#include "authority/state.gen.h"
#include "support/authority_story.h"

namespace astyq::authority {
namespace {

using test::Chain;

TEST(AuthorityInvariants, act_neither_changes_nor_goes) {
  Chain chain;
  const std::uint64_t act = test::act_about(chain, chain.company("Agro"));
  const auto changed = [&](auto change) {
    return chain.after_writing(check_invariants, [&](View& view) {
      v1::Act row = view.require(kActs(act));
      change(row);
      view.put(kActs(act), row);
    });
  };
  EXPECT_EQ(changed([](v1::Act& row) { row.mutable_restricted()->set_subject(1); }),
            base::v1::INVARIANT_ACT_CHANGED);
  EXPECT_EQ(changed([](v1::Act& row) { row.clear_scopes(); }), base::v1::INVARIANT_ACT_CHANGED);
  EXPECT_EQ(changed([](v1::Act& row) { row.set_expires_at_ns(0x7fff); }),
            base::v1::INVARIANT_ACT_CHANGED);
  EXPECT_EQ(chain.after_writing(check_invariants, [&](View& view) { view.erase(kActs(act)); }),
            base::v1::INVARIANT_ACT_CHANGED);
  EXPECT_EQ(chain.after_writing(check_invariants, [&](View& view) { view.add(kActs, v1::Act()); }),
            kAccepted);
}

}  // namespace
}  // namespace astyq::authority
