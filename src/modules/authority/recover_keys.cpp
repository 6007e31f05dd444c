// SPDX-License-Identifier: Apache-2.0
// An authority gives a party that lost its keys, or let them fall into wrong hands, new ones in
// place of all the old. What the party holds, owes and is forbidden stays.
#include <set>
#include <string_view>
#include <vector>

#include "authority/handlers.gen.h"
#include "modules/authority/authority.h"
#include "modules/identity/identity.h"

namespace astyq::authority {

using v1::RecoverKeys;

Refusal check(const RecoverKeys& tx, const Rules& rules) {
  if (tx.party() == 0) return RecoverKeys::NO_PARTY;
  if (tx.keys().empty()) return RecoverKeys::NO_KEYS;
  std::set<std::string_view> different;
  for (const auto& key : tx.keys()) {
    if (!identity::is_well_formed(key)) return RecoverKeys::WRONG_KEY;
    different.insert(key.public_key());
  }
  const std::size_t count = different.size();
  if (count < static_cast<std::size_t>(tx.keys_size())) return RecoverKeys::SAME_KEY_TWICE;
  if (tx.threshold() == 0 || tx.threshold() > count) return RecoverKeys::WRONG_THRESHOLD;
  if (count > rules.max_keys_per_party()) return RecoverKeys::TOO_MANY_KEYS;
  return kAccepted;
}

Outcome apply(const RecoverKeys& tx, TxContext& ctx) {
  if (tx.party() == ctx.party()) return RecoverKeys::OWN_PARTY;
  const bool is_person = identity::kind_of(ctx, tx.party()) == identity::v1::NATURAL_PERSON;
  if (is_person && tx.threshold() != 1) return RecoverKeys::PERSON_SIGNS_ALONE;
  if (!act_covers(ctx, tx.act(), v1::RECOVER_KEYS, tx.party()))
    return RecoverKeys::ACT_DOES_NOT_COVER;
  // Else whoever kept an old act could take the party over again and again.
  if (tx.act() <= identity::recovering_act(ctx, tx.party())) return RecoverKeys::ACT_USED;
  for (const auto& key : tx.keys())
    if (!identity::key_is_unused(ctx, key.public_key())) return RecoverKeys::KEY_IN_USE;

  const std::vector<identity::v1::NewKey> keys(tx.keys().begin(), tx.keys().end());
  identity::replace_keys(ctx, tx.party(), keys, tx.threshold(), tx.act());
  return kAccepted;
}

}  // namespace astyq::authority
