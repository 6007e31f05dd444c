// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/live_ids.h"
#include "engine/member.h"

namespace astyq::engine {

// Whether a transaction enters the block: form, window, id unknown, keys sufficient, in this order,
// which is that of base.v1.Common.
// A refusal here consumes nothing and leaves no result; after acceptance the id is consumed
// whatever comes.
Refusal admit(const Member& member, const View& view, const BlockIds& ids);

// Consumes the id or the key's sequence number. Requires: admit accepted it on this state.
void consume(const Member& member, View& view, BlockIds& ids);

}  // namespace astyq::engine
