// SPDX-License-Identifier: Apache-2.0
#include "engine/engine.h"

#include <algorithm>
#include <utility>

#include "crypto/sha256.h"
#include "engine/admit.h"
#include "engine/results.h"
#include "engine/schedule.h"
#include "ledger/state.gen.h"

namespace astyq::engine {
namespace {

MemberResult run_member(Member& member, View& view, LiveIds& live_ids, std::uint32_t room) {
  MemberResult result;
  result.body_hash = member.body_hash;
  result.admission = admit(member, view, live_ids);
  if (!result.admission.refused() &&
      static_cast<std::uint32_t>(member.body.operations_size()) > room)
    result.admission = base::v1::BLOCK_FULL;
  if (result.admission.refused()) return result;
  consume(member, view, live_ids);
  result.operations = execute(member.body, view);
  return result;
}

std::vector<Bytes> result_leaves(const std::vector<MemberResult>& members) {
  std::vector<Bytes> leaves;
  for (const MemberResult& member : members)
    for (std::size_t i = 0; i < member.operations.size(); ++i)
      leaves.push_back(
          result_leaf(member.body_hash, static_cast<std::uint32_t>(i), member.operations[i]));
  return leaves;
}

}  // namespace

Engine::Engine(store::Tree tree, std::string network_id, const AnnexKey& annex_key)
    : tree_(std::move(tree)), network_id_(std::move(network_id)), annex_key_(annex_key) {
  read_head();
  live_ids_ = LiveIds::load(tree_);
}

Result<Engine> Engine::from_tree(store::Tree tree, std::string network_id,
                                 const AnnexKey& annex_key) {
  const store::Row* row = tree.find(ledger::kNetwork(0).key);
  if (row == nullptr)
    return Fault{"state_empty",
                 "The state holds no network row; it was never begun from a genesis."};
  const auto network = decode_row<ledger::v1::NetworkRow>(*row);
  if (network.annex_digest() != view(crypto::sha256(view(annex_key))))
    return Fault{"annex_key_wrong",
                 "The annex key is not the one that this state was begun with. Use the annex file "
                 "that came with the genesis."};
  return Engine(std::move(tree), std::move(network_id), annex_key);
}

void Engine::read_head() {
  const store::Row* row = tree_.find(ledger::kNetwork(0).key);
  ASTYQ_CHECK(row != nullptr);
  const auto network = decode_row<ledger::v1::NetworkRow>(*row);
  rules_ = network.rules();
  head_ = {network.height(), network.last_block_time_ns(), network.outages_ns()};
}

Form Engine::form() const {
  return {network_id_, rules_.protocol_version(), rules_.max_transaction_bytes()};
}

std::int64_t Engine::running_ns(std::int64_t time_ns) const {
  std::int64_t outages_ns = 0;
  return block_time(head_.height + 1, time_ns, outages_ns).running_ns;
}

// A longer step than the rules allow is an outage: running time goes on as if it had been the
// longest allowed step, so that a halt of two days costs nobody his notice.
BlockTime Engine::block_time(std::uint64_t height, std::int64_t time_ns,
                             std::int64_t& outages_ns) const {
  const std::int64_t allowed_ns = rules_.outage_step_s() * kSecondNs;
  const std::int64_t step_ns = time_ns - head_.time_ns;
  outages_ns = head_.outages_ns + std::max<std::int64_t>(0, step_ns - allowed_ns);
  return {height, time_ns, time_ns - outages_ns};
}

Result<BlockResult> Engine::apply_block(BlockInput input) {
  if (input.height != head_.height + 1)
    return Fault{"height_wrong", "The block has height " + std::to_string(input.height) +
                                     "; the state awaits " + std::to_string(head_.height + 1) +
                                     "."};
  if (input.time_ns <= head_.time_ns)
    return Fault{"time_not_after", "The block's time is not after the last block's."};
  std::int64_t outages_ns = 0;
  const BlockTime time = block_time(input.height, input.time_ns, outages_ns);
  Overlay overlay(tree_);
  const Rules rules = rules_;  // the block runs under the rules before it
  View view(overlay, rules, time);
  BlockResult result;
  std::uint32_t room = rules.max_operations_per_block();
  for (std::size_t i = 0; i < input.members.size(); ++i) {
    if (i >= rules.max_members_per_block()) room = 0;
    result.members.push_back(run_member(input.members[i], view, live_ids_, room));
    room -= static_cast<std::uint32_t>(result.members.back().operations.size());
  }
  run_due_jobs(view);
  close_block(view, result, outages_ns);
  result.changes = blinded(overlay.changes(), input.height);
  result.undo = tree_.apply(result.changes);
  result.app_hash = tree_.root();
  read_head();
  return result;
}

void Engine::close_block(View& view, BlockResult& result, std::int64_t outages_ns) {
  live_ids_.close_block(view);
  result.results_root = crypto::merkle_root(result_leaves(result.members));
  append_to_range(view, result.results_root);
  const auto slot = ledger::kNetwork(0);
  auto network = view.require(slot);
  network.set_height(view.time().height);
  network.set_last_block_time_ns(view.time().time_ns);
  network.set_outages_ns(outages_ns);
  view.put(slot, network);
}

store::Changes Engine::blinded(store::Changes changes, std::uint64_t height) const {
  for (store::Change& change : changes) {
    if (!change.row || !change.row->blind) continue;
    Bytes message;
    append_u64(message, height);
    message.append(change.key.bytes());
    const Hash mac = crypto::hmac_sha256(view(annex_key_), message);
    std::copy_n(mac.begin(), change.row->blind->size(), change.row->blind->begin());
  }
  return changes;
}

MemberResult Engine::dry_run(Member member, std::int64_t time_ns) const {
  std::int64_t outages_ns = 0;
  const BlockTime time =
      block_time(head_.height + 1, std::max(time_ns, head_.time_ns + 1), outages_ns);
  Overlay overlay(tree_);
  View view(overlay, rules_, time);
  MemberResult result;
  result.body_hash = member.body_hash;
  result.admission = admit(member, view, live_ids_);
  if (!result.admission.refused()) result.operations = execute(member.body, view);
  return result;
}

Refusal Engine::check_admission(const Member& member, std::int64_t time_ns) const {
  std::int64_t outages_ns = 0;
  const BlockTime time =
      block_time(head_.height + 1, std::max(time_ns, head_.time_ns + 1), outages_ns);
  Overlay overlay(tree_);
  const View view(overlay, rules_, time);
  return admit(member, view, live_ids_);
}

void Engine::revert(store::Changes undo) {
  tree_.apply(std::move(undo));
  read_head();
  live_ids_ = LiveIds::load(tree_);
}

}  // namespace astyq::engine
