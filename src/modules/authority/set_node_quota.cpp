// SPDX-License-Identifier: Apache-2.0
// An authority changes how much of a block a node's bundles may take.
#include "authority/handlers.gen.h"
#include "authority/state.gen.h"
#include "modules/authority/validators.h"

namespace astyq::authority {

using v1::SetNodeQuota;

Refusal check(const SetNodeQuota& tx, const Rules& rules) {
  if (!is_quota(tx.quota_bytes(), rules)) return SetNodeQuota::QUOTA_OUT_OF_RANGE;
  return kAccepted;
}

Outcome apply(const SetNodeQuota& tx, TxContext& ctx) {
  const auto slot = kNodes(tx.node());
  auto node = ctx.get(slot);
  if (!node) return SetNodeQuota::NO_SUCH_NODE;
  if (node->quota_bytes() == 0) return SetNodeQuota::WAS_REMOVED;
  node->set_quota_bytes(tx.quota_bytes());
  ctx.put(slot, *node);
  return kAccepted;
}

}  // namespace astyq::authority
