// SPDX-License-Identifier: Apache-2.0
#include "engine/admit.h"

#include "modules/identity/identity.h"

namespace astyq::engine {
namespace {

using base::v1::TxBody;

Refusal check_window(const TxBody& body, const View& view) {
  const std::int64_t now = view.time().time_ns;
  if (body.valid_until() < now) return base::v1::EXPIRED;
  if (!body.has_sequence() && body.valid_until() - now > view.rules().short_window_s() * kSecondNs)
    return base::v1::WINDOW_TOO_LONG;
  return kAccepted;
}

Refusal check_id(const TxBody& body, const View& view, const BlockIds& ids) {
  if (!body.has_sequence()) {
    const bool known = ids.contains(LiveIds::of(body.party(), body.id()));
    return known ? Refusal(base::v1::ALREADY_APPLIED) : kAccepted;
  }
  // Whose the key is, is asked with all the keys.
  const Refusal known = identity::check_sequence(view, body.party(), body.sequence());
  return known == Refusal(base::v1::KEY_NOT_OF_PARTY) ? kAccepted : known;
}

bool signed_by(const Member& member, BytesView public_key) {
  for (const Signer& signer : member.signers)
    if (signer.public_key == public_key) return true;
  return false;
}

}  // namespace

Refusal admit(const Member& member, const View& view, const BlockIds& ids) {
  if (member.fault.refused()) return member.fault;
  const TxBody& body = member.body;
  if (static_cast<std::uint32_t>(body.operations_size()) >
      view.rules().max_operations_per_transaction())
    return base::v1::TOO_MANY_OPERATIONS;
  if (const Refusal window = check_window(body, view); window.refused()) return window;
  if (const Refusal id = check_id(body, view, ids); id.refused()) return id;
  if (!identity::exists(view, body.party())) return base::v1::NO_SUCH_PARTY;
  if (body.has_sequence() && !signed_by(member, body.sequence().public_key()))
    return base::v1::KEY_NOT_OF_PARTY;
  return identity::check_keys(view, body.party(), member.signers);
}

void consume(const Member& member, View& view, BlockIds& ids) {
  const TxBody& body = member.body;
  if (body.has_sequence()) {
    identity::use_sequence(view, body.sequence());
  } else {
    ids.add(LiveIds::of(body.party(), body.id()));
  }
}

}  // namespace astyq::engine
