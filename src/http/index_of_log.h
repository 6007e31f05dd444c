// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/node.h"
#include "query/transaction_index.h"

namespace astyq::http {

// The index of the node's log, ended where the log was rolled back to. One that is damaged or of
// another log is made anew, unless its log has lost blocks that it knows of: then somebody has to
// decide. Faults: `index_corrupt`, `index_behind`, `index_failed`.
Result<std::unique_ptr<query::TransactionIndex>> open_index(const node::Node& node,
                                                            std::uint64_t head,
                                                            const std::string& path);

}  // namespace astyq::http
