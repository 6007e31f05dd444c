// SPDX-License-Identifier: Apache-2.0
#include "engine/execute.h"

#include <algorithm>

#include "engine/dispatch.h"
#include "modules/authority/authority.h"
#include "modules/identity/identity.h"

namespace astyq::engine {
namespace {

Refusal check_signer(const VerbInfo& verb, std::uint64_t party, const View& view) {
  if (verb.permission_id != 0 && !authority::holds_permission(view, party, verb.permission_id))
    return base::v1::NO_PERMISSION;
  if (identity::is_frozen(view, party)) return base::v1::PARTY_FROZEN;
  return kAccepted;
}

OperationResult refused(Refusal why) {
  OperationResult result;
  result.refusal = why;
  return result;
}

OperationResult execute_one(base::v1::Operation& op, std::uint64_t party, View& view,
                            std::span<const Made> made) {
  const VerbInfo verb = verb_info(static_cast<std::uint32_t>(op.verb_case()));
  if (const Refusal why = check_signer(verb, party, view); why.refused()) return refused(why);
  Names names(view, made);
  if (const Refusal why = resolve_names(op, names); why.refused()) return refused(why);
  if (const Refusal why = check_operation(op, view.rules()); why.refused()) return refused(why);

  Overlay& overlay = view.overlay();
  const Overlay::Savepoint before = overlay.savepoint();
  TxContext ctx(view, party);
  const Outcome outcome = apply_operation(op, ctx);
  OperationResult result{outcome.refusal, outcome.first_id, outcome.count};
  if (result.refusal.refused()) {
    result.wrote_before_refusing = overlay.savepoint() != before;
  } else {
    const Delta delta(overlay.written_since(before));
    result.refusal = check_effects(verb.effects, delta);
    if (!result.refusal.refused()) result.refusal = check_invariants(delta, view);
  }
  if (result.refusal.refused()) {
    overlay.rollback(before);
    result.first_id = 0;
    result.count = 0;
  }
  return result;
}

// Where the linked group that begins at `first` ends (one past). Requires: the last operation is
// not linked.
int group_end(const base::v1::TxBody& body, int first) {
  int last = first;
  while (body.operations(last).linked()) ++last;
  return last + 1;
}

}  // namespace

Refusal check_effects(std::span<const std::uint8_t> effects, const Delta& delta) {
  for (const auto& written : delta.written()) {
    const std::uint8_t table = written.key.type();
    if (ledger_keeps(table)) continue;
    if (std::find(effects.begin(), effects.end(), table) == effects.end())
      return base::v1::EFFECT_NOT_DECLARED;
  }
  return kAccepted;
}

std::vector<OperationResult> execute(base::v1::TxBody& body, View& view) {
  const int count = body.operations_size();
  std::vector<OperationResult> results(static_cast<std::size_t>(count));
  std::vector<Made> made;
  made.reserve(results.size());
  for (int first = 0; first < count;) {
    const int end = group_end(body, first);
    ASTYQ_CHECK(end <= count);
    const Overlay::Savepoint before = view.overlay().savepoint();
    bool group_refused = false;
    for (int i = first; i < end; ++i) {
      OperationResult& result = results[static_cast<std::size_t>(i)];
      made.emplace_back();
      if (group_refused) {
        result = refused(base::v1::LINKED_REFUSED);
        continue;
      }
      result = execute_one(*body.mutable_operations(i), body.party(), view, made);
      group_refused = result.refusal.refused();
      const VerbInfo verb = verb_info(static_cast<std::uint32_t>(body.operations(i).verb_case()));
      if (!group_refused && result.count > 0)
        made.back() = {verb.creates, result.first_id, result.count};
    }
    if (group_refused && end - first > 1) {
      view.overlay().rollback(before);
      for (int i = first; i < end; ++i) {
        OperationResult& result = results[static_cast<std::size_t>(i)];
        if (!result.refusal.refused()) result = refused(base::v1::LINKED_REFUSED);
        made[static_cast<std::size_t>(i)] = {};
      }
    }
    first = end;
  }
  return results;
}

}  // namespace astyq::engine
