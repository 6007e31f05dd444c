// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "astyq/log/v1/log.pb.h"
#include "store/block_log.h"

namespace astyq::node {

// A block as it stands in a log. Errors: those of reading; `log_corrupt` for what is none.
Result<log::v1::BlockRecord> read_record(const store::BlockLog& log, std::uint64_t height);

}  // namespace astyq::node
