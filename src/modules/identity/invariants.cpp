// SPDX-License-Identifier: Apache-2.0
#include "identity/handlers.gen.h"
#include "identity/state.gen.h"

namespace astyq::identity {

// Parties are never erased, and each keeps at least as many active keys as must sign together.
Refusal check_invariants(const Delta& delta, const View&) {
  return delta.each(kParties, [](std::uint64_t, const auto&, const auto& after) -> Refusal {
    if (!after || after->threshold() == 0 || after->active_keys() < after->threshold())
      return base::v1::INVARIANT_PARTY_KEYS;
    return kAccepted;
  });
}

}  // namespace astyq::identity
