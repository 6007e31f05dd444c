// SPDX-License-Identifier: Apache-2.0
#include "authority/handlers.gen.h"
#include "authority/state.gen.h"

namespace astyq::authority {

// An act is a record: once made it neither changes nor goes.
Refusal check_invariants(const Delta& delta, const View&) {
  return delta.each(kActs, [](std::uint64_t, const auto& before, const auto&) -> Refusal {
    return before ? Refusal(base::v1::INVARIANT_ACT_CHANGED) : kAccepted;
  });
}

}  // namespace astyq::authority
