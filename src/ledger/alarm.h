// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ledger/view.h"

namespace astyq {

// Writes down what somebody must look at, with the height of this block.
void raise_alarm(View& view, ledger::v1::Alarm alarm);

}  // namespace astyq
