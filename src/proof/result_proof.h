// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proof/statement.h"

namespace astyq::proof {

// Checks results from their leaves up to the row `result_range` in the tree with this root. Faults:
// `proof_malformed`, `proof_other_result`, `proof_other_body`, `proof_unknown_row`, those of
// store/proof.h.
Status read_result(const v1::TransactionResult& result, const Hash& root, Statement& out);

}  // namespace astyq::proof
