// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "engine/member.h"
#include "ledger/delta.h"
#include "ledger/view.h"

namespace astyq::engine {

// What one operation came to. The first three are part of the result that the ledger commits to.
struct OperationResult {
  Refusal refusal;
  std::uint64_t first_id = 0;  // of what it made; 0: nothing
  std::uint32_t count = 0;
  bool wrote_before_refusing = false;  // a handler that breaks rule 4 of STYLE.md: tests fail on it
};

// Applies the operations of an admitted transaction in order. Each succeeds or is refused alone,
// but a linked group applies whole or not at all. Whatever is refused leaves no trace in the state.
std::vector<OperationResult> execute(base::v1::TxBody& body, View& view);

// Refuses a change of any table but these; the ledger's own book-keeping goes without saying.
Refusal check_effects(std::span<const std::uint8_t> effects, const Delta& delta);

}  // namespace astyq::engine
