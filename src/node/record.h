// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "astyq/log/v1/log.pb.h"
#include "engine/engine.h"
#include "store/block_log.h"

namespace astyq::node {

// A block as it stands in a log. Errors: those of reading; `log_corrupt` for what is none.
Result<log::v1::BlockRecord> read_record(const store::BlockLog& log, std::uint64_t height);

// What the log says of a block beside its members and who signed it.
log::v1::BlockRecord record_of(const engine::Head& head, const engine::BlockResult& result);

}  // namespace astyq::node
