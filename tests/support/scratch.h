// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/dispatch.h"
#include "engine/engine.h"
#include "support/chain.h"

namespace astyq::test {

// A view over a chain's present state for what no verb of a module reaches: functions that higher
// modules call, handlers after them, and writes that break an invariant on purpose. The chain
// itself stays as it is. Requires: no block is applied to the chain meanwhile.
class Scratch {
 public:
  explicit Scratch(const Chain& chain)
      : rules_(chain.engine().rules()),
        overlay_(chain.engine().tree()),
        view_(overlay_, rules_,
              BlockTime{chain.engine().head().height + 1, chain.now_ns(),
                        chain.engine().running_ns(chain.now_ns())}) {}
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  View& view() { return view_; }
  // What every module's invariants say of a change; it stays when they accept it, else it is rolled
  // back.
  template <typename Change>
  Refusal judge(const Change& change) {
    const Overlay::Savepoint before = overlay_.savepoint();
    change(view_);
    const Refusal refusal = engine::check_invariants(Delta(overlay_.written_since(before)), view_);
    if (refusal.refused()) overlay_.rollback(before);
    return refusal;
  }
  // What a party's verb comes to, as in a block but without a signature.
  template <typename Verb>
  engine::OperationResult apply(const Actor& actor, const Verb& verb) {
    base::v1::TxBody body;
    body.set_party(actor.party);
    *body.add_operations() = verb.operation();
    return engine::execute(body, view_).at(0);
  }

 private:
  Rules rules_;
  Overlay overlay_;
  View view_;
};

}  // namespace astyq::test
