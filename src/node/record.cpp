// SPDX-License-Identifier: Apache-2.0
#include "node/record.h"

namespace astyq::node {

Result<log::v1::BlockRecord> read_record(const store::BlockLog& log, std::uint64_t height) {
  const auto payload = log.read(height);
  if (!payload.ok()) return payload.fault();
  log::v1::BlockRecord record;
  if (!record.ParseFromString(*payload))
    return Fault{"log_corrupt",
                 "The record of height " + std::to_string(height) +
                     " is not a block of this format. Restore a backup with `astyqd restore`."};
  return record;
}

}  // namespace astyq::node
