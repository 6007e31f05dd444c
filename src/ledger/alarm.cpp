// SPDX-License-Identifier: Apache-2.0
#include "ledger/alarm.h"

#include "ledger/state.gen.h"

namespace astyq {

void raise_alarm(View& view, ledger::v1::Alarm alarm) {
  alarm.set_height(view.time().height);
  view.add(ledger::kAlarms, alarm);
}

}  // namespace astyq
