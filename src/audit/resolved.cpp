// SPDX-License-Identifier: Apache-2.0
#include "audit/resolved.h"

#include "wire/ids.h"

namespace astyq::audit {

using base::v1::Operation;

Operation resolved(Operation op, const log::v1::ResultRow& results) {
  const auto made = [&results](std::uint64_t id) {
    const std::uint64_t by = wire::result_operation(id);
    if (!wire::is_result_of(id) || by >= static_cast<std::uint64_t>(results.operations_size()))
      return id;
    return results.operations(static_cast<int>(by)).first_id() + wire::result_index(id);
  };
  const auto* verb = op.GetReflection()->GetOneofFieldDescriptor(
      op, Operation::descriptor()->FindOneofByName("verb"));
  auto& tx = *op.GetReflection()->MutableMessage(&op, verb);
  const auto& fields = *tx.GetReflection();
  for (int i = 0; i < verb->message_type()->field_count(); ++i) {
    const auto* field = verb->message_type()->field(i);
    if (field->cpp_type() != field->CPPTYPE_UINT64) continue;
    for (int k = 0; field->is_repeated() && k < fields.FieldSize(tx, field); ++k)
      fields.SetRepeatedUInt64(&tx, field, k, made(fields.GetRepeatedUInt64(tx, field, k)));
    if (!field->is_repeated()) fields.SetUInt64(&tx, field, made(fields.GetUInt64(tx, field)));
  }
  return op;
}

}  // namespace astyq::audit
