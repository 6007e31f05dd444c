// SPDX-License-Identifier: Apache-2.0
#include "engine/dispatch.h"
#include "modules/identity/identity.h"
#include "wire/ids.h"

namespace astyq::engine {

Refusal Names::resolve(std::uint8_t table, std::uint64_t id) {
  resolved_ = id;
  if (wire::is_result_of(id)) {
    const std::uint64_t operation = wire::result_operation(id);
    const std::uint64_t index = wire::result_index(id);
    if (operation >= made_.size()) return base::v1::RESULT_MISSING;
    const Made& made = made_[operation];
    if (made.table != table || index >= made.count) return base::v1::RESULT_MISSING;
    resolved_ = made.first_id + index;
  }
  // 0 is an absent id: whether it may be absent is the verb's to say.
  if (table == identity::kPartiesTable && resolved_ != 0 && !identity::exists(view_, resolved_))
    return base::v1::NAMED_PARTY_MISSING;
  return kAccepted;
}

}  // namespace astyq::engine
