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

log::v1::BlockRecord record_of(const engine::Head& head, const engine::BlockResult& result) {
  log::v1::BlockRecord record;
  record.set_time_ns(head.time_ns);
  record.set_app_hash(Bytes(view(result.app_hash)));
  for (const engine::MemberResult& member : result.members) {
    if (member.admission.refused()) continue;
    log::v1::ResultRow& row = *record.add_results();
    for (const engine::OperationResult& operation : member.operations) {
      log::v1::OperationRow& out = *row.add_operations();
      out.set_code(operation.refusal.code());
      out.set_first_id(operation.first_id);
      out.set_count(operation.count);
    }
  }
  engine::add_misbehaviour(result.misbehaviour, record);
  return record;
}

}  // namespace astyq::node
