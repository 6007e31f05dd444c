// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "identity/handlers.gen.h"
#include "identity/state.gen.h"

namespace astyq::identity {
namespace {

// How many active keys each party gained or lost.
using ActiveChanges = std::map<std::uint64_t, std::int64_t>;

// Keys are never erased, never change hands, and a revocation is never undone or moved.
Refusal check_keys_history(const Delta& delta, ActiveChanges& changes) {
  return delta.each(kKeys, [&](const Hash&, const auto& before, const auto& after) -> Refusal {
    if (!after) return base::v1::INVARIANT_KEY_HISTORY;
    if (before) {
      if (before->party() != after->party() || before->kind() != after->kind() ||
          before->public_key() != after->public_key())
        return base::v1::INVARIANT_KEY_HISTORY;
      if (before->revoked_at_ns() != 0 && before->revoked_at_ns() != after->revoked_at_ns())
        return base::v1::INVARIANT_KEY_HISTORY;
    }
    const int was_active = before && before->revoked_at_ns() == 0 ? 1 : 0;
    const int is_active = after->revoked_at_ns() == 0 ? 1 : 0;
    changes[after->party()] += is_active - was_active;
    return kAccepted;
  });
}

// Parties are never erased, each keeps at least as many active keys as must sign together, and its
// count moves just as its keys do. What is accounted for is taken out of `changes`.
Refusal check_parties(const Delta& delta, ActiveChanges& changes) {
  return delta.each(
      kParties, [&](std::uint64_t id, const auto& before, const auto& after) -> Refusal {
        if (!after || after->threshold() == 0 || after->active_keys() < after->threshold())
          return base::v1::INVARIANT_PARTY_KEYS;
        const std::int64_t counted_before = before ? before->active_keys() : 0;
        if (after->active_keys() - counted_before != changes[id])
          return base::v1::INVARIANT_KEY_HISTORY;
        changes.erase(id);
        return kAccepted;
      });
}

}  // namespace

Refusal check_invariants(const Delta& delta, const View&) {
  ActiveChanges changes;
  if (const Refusal why = check_keys_history(delta, changes); why.refused()) return why;
  if (const Refusal why = check_parties(delta, changes); why.refused()) return why;
  for (const auto& [party, change] : changes)
    if (change != 0) return base::v1::INVARIANT_KEY_HISTORY;
  return kAccepted;
}

}  // namespace astyq::identity
