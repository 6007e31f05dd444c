// SPDX-License-Identifier: Apache-2.0
// An operator puts a new key in the place of its node's. Its quota and its number stay.
#include "authority/handlers.gen.h"
#include "authority/state.gen.h"
#include "crypto/ed25519.h"
#include "crypto/signatures.h"
#include "modules/authority/validators.h"

namespace astyq::authority {

using v1::RotateNodeKey;

Refusal check(const RotateNodeKey& tx, const Rules&) {
  if (!crypto::ed25519_is_sound_key(tx.public_key())) return RotateNodeKey::WRONG_KEY;
  return kAccepted;
}

Outcome apply(const RotateNodeKey& tx, TxContext& ctx) {
  const auto node = ctx.get(kNodes(tx.node()));
  if (!node) return RotateNodeKey::NO_SUCH_NODE;
  if (node->operator_() != ctx.party()) return RotateNodeKey::NOT_OPERATOR;
  if (node->quota_bytes() == 0) return RotateNodeKey::WAS_REMOVED;
  if (!consensus_key_is_unused(ctx, tx.public_key())) return RotateNodeKey::KEY_IN_USE;
  const Bytes shown = crypto::node_possession_message(ctx.party(), tx.public_key());
  if (!crypto::ed25519_verify(tx.public_key(), tx.possession(), shown))
    return RotateNodeKey::NOT_POSSESSED;
  replace_node_key(ctx, tx.node(), tx.public_key());
  return kAccepted;
}

}  // namespace astyq::authority
