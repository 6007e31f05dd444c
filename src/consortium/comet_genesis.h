// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "astyq/abci/v1/request.pb.h"
#include "astyq/ledger/v1/genesis.pb.h"
#include "base/bytes.h"
#include "base/result.h"

namespace astyq::consortium {

// CometBFT's genesis.json for the consortium that a genesis document names: the same network, time
// and validators; the root of the first state; and, as its app state, the digest of the document,
// so that no node begins with another. Requires: a consortium's genesis; `root` that of its first
// state.
std::string comet_genesis(const ledger::v1::Genesis& genesis, const Hash& root);

// That CometBFT began with what comet_genesis() makes of this document. Faults:
// `engine_genesis_differs` with the part that is another.
Status check_same_genesis(const abci::v1::RequestInitChain& request,
                          const ledger::v1::Genesis& genesis);

// 2026-11-27T10:15:03.000000001Z
std::string rfc3339(std::int64_t time_ns);

// As CometBFT writes bytes in JSON.
std::string base64(BytesView bytes);

}  // namespace astyq::consortium
