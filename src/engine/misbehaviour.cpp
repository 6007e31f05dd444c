// SPDX-License-Identifier: Apache-2.0
#include "engine/misbehaviour.h"

#include <utility>

#include "engine/guarded.h"
#include "modules/authority/validators.h"

namespace astyq::engine {

void answer_misbehaviour(View& view, std::span<const Misbehaviour> found) {
  for (const Misbehaviour& each : found) {
    ledger::v1::Alarm alarm;
    alarm.set_double_signer(Bytes(astyq::view(each.address)));
    alarm.set_double_signed_at_height(each.height);
    do_guarded(view, std::move(alarm),
               [&] { authority::double_signed(view, each.address, each.height); });
  }
}

std::vector<Misbehaviour> misbehaviour_of(const log::v1::BlockRecord& record) {
  std::vector<Misbehaviour> found;
  for (const log::v1::Misbehaviour& row : record.misbehaviour()) {
    const auto address = to_array<std::tuple_size_v<wire::ValidatorAddress>>(row.address());
    found.push_back({address.value_or(wire::ValidatorAddress()), row.height()});
  }
  return found;
}

void add_misbehaviour(std::span<const Misbehaviour> found, log::v1::BlockRecord& record) {
  for (const Misbehaviour& each : found) {
    log::v1::Misbehaviour& row = *record.add_misbehaviour();
    row.set_address(Bytes(view(each.address)));
    row.set_height(each.height);
  }
}

}  // namespace astyq::engine
