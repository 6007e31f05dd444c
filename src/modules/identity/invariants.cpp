// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "identity/handlers.gen.h"
#include "identity/state.gen.h"

namespace astyq::identity {
namespace {

// How many active keys of a generation each party gained or lost.
using ActiveChanges = std::map<std::pair<std::uint64_t, std::uint32_t>, std::int64_t>;

bool is_same(const v1::Key& before, const v1::Key& after) {
  return before.party() == after.party() && before.kind() == after.kind() &&
         before.public_key() == after.public_key() && before.generation() == after.generation();
}

bool is_of_present_generation(const v1::Key& key, const View& view) {
  const auto party = view.get(kParties(key.party()));
  return party && party->key_generation() == key.generation();
}

// Keys are never erased, never change hands or generation, a new one is of its party's present
// generation, and a revocation is never undone or moved.
Refusal check_keys_history(const Delta& delta, const View& view, ActiveChanges& changes) {
  return delta.each(kKeys, [&](const Hash&, const auto& before, const auto& after) -> Refusal {
    if (!after) return base::v1::INVARIANT_KEY_HISTORY;
    if (before ? !is_same(*before, *after) : !is_of_present_generation(*after, view))
      return base::v1::INVARIANT_KEY_HISTORY;
    if (before && before->revoked_at_ns() != 0 && before->revoked_at_ns() != after->revoked_at_ns())
      return base::v1::INVARIANT_KEY_HISTORY;
    const int was_active = before && before->revoked_at_ns() == 0 ? 1 : 0;
    const int is_active = after->revoked_at_ns() == 0 ? 1 : 0;
    changes[{after->party(), after->generation()}] += is_active - was_active;
    return kAccepted;
  });
}

// Generations of keys follow one another, each by an act of its own that is later than the last.
bool is_next_generation(const v1::Party& before, const v1::Party& after) {
  return after.key_generation() == before.key_generation() + 1 &&
         after.recovered_by_act() > before.recovered_by_act();
}

bool is_same_generation(const v1::Party& before, const v1::Party& after) {
  return after.key_generation() == before.key_generation() &&
         after.recovered_by_act() == before.recovered_by_act();
}

// Parties are never erased, each keeps at least as many active keys as must sign together, and its
// count moves just as its keys do; with a new generation it begins at none. What is accounted for
// is taken out of `changes`.
Refusal check_parties(const Delta& delta, ActiveChanges& changes) {
  return delta.each(
      kParties, [&](std::uint64_t id, const auto& before, const auto& after) -> Refusal {
        if (!after || after->threshold() == 0 || after->active_keys() < after->threshold())
          return base::v1::INVARIANT_PARTY_KEYS;
        const v1::Party was = before ? *before : v1::Party();
        const bool is_renewed = before && is_next_generation(was, *after);
        if (!is_renewed && !is_same_generation(was, *after)) return base::v1::INVARIANT_KEY_HISTORY;
        const std::int64_t counted_before = is_renewed ? 0 : was.active_keys();
        const std::pair present{id, after->key_generation()};
        if (after->active_keys() - counted_before != changes[present])
          return base::v1::INVARIANT_KEY_HISTORY;
        changes.erase(present);
        return kAccepted;
      });
}

}  // namespace

Refusal check_invariants(const Delta& delta, const View& view) {
  ActiveChanges changes;
  if (const Refusal why = check_keys_history(delta, view, changes); why.refused()) return why;
  if (const Refusal why = check_parties(delta, changes); why.refused()) return why;
  for (const auto& [party, change] : changes)
    if (change != 0) return base::v1::INVARIANT_KEY_HISTORY;
  return kAccepted;
}

}  // namespace astyq::identity
