// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include "modules/receipts/receipts.h"
#include "receipts/state.gen.h"
#include "support/scratch.h"
#include "wire/catalogue.h"

namespace astyq::receipts {

inline std::string name_of(Refusal refusal) {
  return wire::refusal_text(refusal.code()).name;
}

// What a verb comes to after a change of state that no verb of this module makes; the chain stays.
template <typename Verb, typename Change>
Refusal refusal_after(const test::Chain& chain, const test::Actor& actor, const Verb& verb,
                      Change change) {
  test::Scratch scratch(chain);
  change(scratch.view());
  const auto result = scratch.apply(actor, verb);
  EXPECT_FALSE(result.wrote_before_refusing);
  return result.refusal;
}

// Fails the test unless a verb that needs a free receipt refuses one that is not with NOT_ACTIVE,
// PLEDGED, BLOCKED and RESERVED, in this order. Requires: free, and the verb is accepted.
template <typename Message, typename Verb>
void expect_free_only(const test::Chain& chain, const test::Actor& holder, std::uint64_t receipt,
                      const Verb& verb) {
  const auto refusal = [&](bool locked, bool pledged, bool blocked, bool reserved) {
    return name_of(refusal_after(chain, holder, verb, [=](View& view) {
      v1::Receipt row = view.require(kReceipts(receipt));
      row.set_state(locked ? v1::TOKENISED : v1::ACTIVE);
      row.set_encumbered(pledged);
      row.set_blocked_by_act(blocked ? 1 : 0);
      row.set_reserved(reserved);
      view.put(kReceipts(receipt), row);
    }));
  };
  EXPECT_EQ(refusal(true, true, true, true), name_of(Message::NOT_ACTIVE));
  EXPECT_EQ(refusal(false, true, true, true), name_of(Message::PLEDGED));
  EXPECT_EQ(refusal(false, false, true, true), name_of(Message::BLOCKED));
  EXPECT_EQ(refusal(false, false, false, true), name_of(Message::RESERVED));
  EXPECT_EQ(refusal(false, false, false, false), name_of(kAccepted));
}

}  // namespace astyq::receipts
