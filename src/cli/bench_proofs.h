// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "cli/ledger_client.h"
#include "proof/statement.h"

namespace astyq::cli {

// Asks the node to prove that transfers were applied, some of the first `sent` taken at equal
// distances, and checks each proof as anybody would who trusts the genesis alone. Returns how many.
// Faults: `bench_failed` when one is not proven; those of the client.
Result<std::size_t> check_proofs(LedgerClient& client, const proof::Anchor& anchor,
                                 const std::vector<Bytes>& signed_txs, std::size_t sent);

}  // namespace astyq::cli
