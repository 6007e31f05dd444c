// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "ledger/view.h"

namespace astyq::engine {

// Does what no transaction asks for, under every module's invariants. What breaks one is dropped:
// then this alarm is raised instead, with the refusal, and the block goes on.
void do_guarded(View& view, ledger::v1::Alarm alarm, const std::function<void()>& effect);

}  // namespace astyq::engine
