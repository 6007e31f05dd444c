// SPDX-License-Identifier: Apache-2.0
#include "engine/guarded.h"

#include "engine/dispatch.h"
#include "ledger/alarm.h"

namespace astyq::engine {

void do_guarded(View& view, ledger::v1::Alarm alarm, const std::function<void()>& effect) {
  Overlay& overlay = view.overlay();
  const Overlay::Savepoint before = overlay.savepoint();
  effect();
  const Refusal refusal = check_invariants(Delta(overlay.written_since(before)), view);
  if (!refusal.refused()) return;
  overlay.rollback(before);
  ASTYQ_CHECK(overlay.savepoint() == before);
  alarm.set_refusal(refusal.code());
  raise_alarm(view, std::move(alarm));
}

}  // namespace astyq::engine
