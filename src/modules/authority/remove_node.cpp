// SPDX-License-Identifier: Apache-2.0
// An authority takes no more bundles from a node, as when its key is lost or it floods the network.
#include "authority/handlers.gen.h"
#include "authority/state.gen.h"
#include "modules/authority/validators.h"

namespace astyq::authority {

using v1::RemoveNode;

Refusal check(const RemoveNode&, const Rules&) {
  return kAccepted;
}

Outcome apply(const RemoveNode& tx, TxContext& ctx) {
  const auto slot = kNodes(tx.node());
  auto node = ctx.get(slot);
  if (!node) return RemoveNode::NO_SUCH_NODE;
  if (node->quota_bytes() == 0) return RemoveNode::WAS_REMOVED;
  v1::ValidatorTotals totals = validator_totals(ctx);
  if (totals.nodes() == 1) return RemoveNode::LAST_NODE;

  ASTYQ_CHECK(totals.nodes() > 1);
  totals.set_nodes(totals.nodes() - 1);
  ctx.put(kValidatorTotals(0), totals);
  node->set_quota_bytes(0);
  ctx.put(slot, *node);
  return kAccepted;
}

}  // namespace astyq::authority
