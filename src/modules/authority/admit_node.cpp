// SPDX-License-Identifier: Apache-2.0
// An authority lets a node bring bundles of transactions, once its operator has shown to hold the
// key.
#include "authority/handlers.gen.h"
#include "crypto/ed25519.h"
#include "crypto/signatures.h"
#include "modules/authority/validators.h"

namespace astyq::authority {

using v1::AdmitNode;

Refusal check(const AdmitNode& tx, const Rules& rules) {
  if (tx.operator_party() == 0) return AdmitNode::NO_OPERATOR;
  if (tx.name().empty()) return AdmitNode::NO_NAME;
  if (!crypto::ed25519_is_sound_key(tx.public_key())) return AdmitNode::WRONG_KEY;
  if (!is_quota(tx.quota_bytes(), rules)) return AdmitNode::QUOTA_OUT_OF_RANGE;
  return kAccepted;
}

Outcome apply(const AdmitNode& tx, TxContext& ctx) {
  if (!consensus_key_is_unused(ctx, tx.public_key())) return AdmitNode::KEY_IN_USE;
  const Bytes shown = crypto::node_possession_message(tx.operator_party(), tx.public_key());
  if (!crypto::ed25519_verify(tx.public_key(), tx.possession(), shown))
    return AdmitNode::NOT_POSSESSED;

  v1::Node node;
  node.set_operator_(tx.operator_party());
  node.set_name(tx.name());
  node.set_public_key(tx.public_key());
  node.set_quota_bytes(tx.quota_bytes());
  return Outcome::created(add_node(ctx, node));
}

}  // namespace astyq::authority
