// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "cli/ledger_client.h"

namespace astyq::cli {

// A node's HTTP API. `url` is like http://127.0.0.1:8080; `reader_token` opens restricted parts and
// may be empty. Faults: `node_url_wrong`.
Result<std::unique_ptr<LedgerClient>> connect_http(const std::string& url,
                                                   const std::string& reader_token);

}  // namespace astyq::cli
