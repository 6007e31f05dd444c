// SPDX-License-Identifier: Apache-2.0
#include "engine/engine.h"

#include <algorithm>
#include <utility>

#include "crypto/sha256.h"
#include "engine/admit.h"
#include "engine/ahead.h"
#include "engine/results.h"
#include "engine/schedule.h"
#include "ledger/state.gen.h"

namespace astyq::engine {
namespace {

// What a block may still take in. The log holds the admitted members alone, and its replay must
// come to the same: so those that are not admitted use up nothing but their places.
struct Room {
  explicit Room(const Rules& rules)
      : members(rules.max_members_per_block()),
        operations(rules.max_operations_per_block()),
        bytes(rules.max_block_bytes()),
        most_rows(rules.max_rows_per_block()) {}

  bool has_for(const Member& member, const Overlay& overlay) const {
    return operations_of(member) <= operations && member.size <= bytes &&
           overlay.size() < most_rows;
  }
  void take(const Member& member) {
    operations -= operations_of(member);
    bytes -= member.size;
  }
  static std::uint32_t operations_of(const Member& member) {
    return static_cast<std::uint32_t>(member.body.operations_size());
  }

  std::uint32_t members;
  std::uint32_t operations;
  std::uint64_t bytes;
  std::size_t most_rows;
};

MemberResult run_member(Member& member, View& view, BlockIds& ids, Room& room) {
  MemberResult result;
  result.body_hash = member.body_hash;
  const bool placed = room.members > 0;
  if (placed) --room.members;
  result.admission = admit(member, view, ids);
  if (!result.admission.refused() && !(placed && room.has_for(member, view.overlay())))
    result.admission = base::v1::BLOCK_FULL;
  if (result.admission.refused()) return result;
  room.take(member);
  consume(member, view, ids);
  result.operations = execute(member.body, view);
  return result;
}

std::vector<Bytes> result_leaves(const std::vector<MemberResult>& members) {
  std::vector<Bytes> leaves;
  for (const MemberResult& member : members)
    for (std::size_t i = 0; i < member.operations.size(); ++i) {
      const OperationResult& result = member.operations[i];
      leaves.push_back(result_leaf(member.body_hash, {i, member.operations.size()},
                                   result.refusal.code(), result.first_id, result.count));
    }
  return leaves;
}

}  // namespace

Engine::Engine(store::Tree tree, std::string network_id, const AnnexKey& annex_key,
               std::uint32_t known_version)
    : tree_(std::move(tree)),
      network_id_(std::move(network_id)),
      annex_key_(annex_key),
      known_version_(known_version) {
  read_head();
  read_live_ids();
}

Result<Engine> Engine::from_tree(store::Tree tree, std::string network_id,
                                 const AnnexKey& annex_key, std::uint32_t known_version) {
  const store::Row* row = tree.find(ledger::kNetwork(0).key);
  if (row == nullptr)
    return Fault{"state_empty",
                 "The state holds no network row; it was never begun from a genesis."};
  const auto network = decode_row<ledger::v1::NetworkRow>(*row);
  if (network.annex_digest() != view(crypto::sha256(view(annex_key))))
    return Fault{"annex_key_wrong",
                 "The annex key is not the one that this state was begun with. Use the annex file "
                 "that came with the genesis."};
  return Engine(std::move(tree), std::move(network_id), annex_key, known_version);
}

Status Engine::check_version() const {
  const std::uint32_t version = rules_.protocol_version();
  if (version <= known_version_) return Done{};
  return Fault{"protocol_unknown",
               "This node's software knows protocol version " + std::to_string(known_version_) +
                   "; the network goes by version " + std::to_string(version) + " from height " +
                   std::to_string(head_.height + 1) +
                   " on. Install a release that knows it and start the node again: nothing is "
                   "lost, it goes on from here."};
}

void Engine::read_head() {
  const store::Row* row = tree_.find(ledger::kNetwork(0).key);
  ASTYQ_CHECK(row != nullptr);
  const auto network = decode_row<ledger::v1::NetworkRow>(*row);
  rules_ = network.rules();
  head_ = {network.height(), network.last_block_time_ns(), network.outages_ns()};
}

void Engine::read_live_ids() {
  auto live_ids = LiveIds::load(tree_);
  ASTYQ_CHECK(live_ids.has_value());
  live_ids_ = std::move(*live_ids);
}

Form Engine::form() const {
  return {network_id_, rules_.protocol_version(), rules_.max_transaction_bytes()};
}

std::int64_t Engine::running_ns(std::int64_t time_ns) const {
  std::int64_t outages_ns = 0;
  return block_time(head_.height + 1, time_ns, outages_ns).running_ns;
}

// A longer step than the rules allow is an outage from one end to the other: nobody could act in
// it, so that it costs nobody any of his notice, and running time stands still.
BlockTime Engine::block_time(std::uint64_t height, std::int64_t time_ns,
                             std::int64_t& outages_ns) const {
  const std::int64_t allowed_ns = rules_.outage_step_s() * kSecondNs;
  const std::int64_t step_ns = time_ns - head_.time_ns;
  outages_ns = head_.outages_ns + (step_ns > allowed_ns ? step_ns : 0);
  return {height, time_ns, time_ns - outages_ns};
}

Result<BlockResult> Engine::apply_block(BlockInput input) {
  auto executed = execute_block(std::move(input));
  if (!executed.ok()) return executed.fault();
  return settle_block(std::move(*executed));
}

Result<ExecutedBlock> Engine::execute_block(BlockInput input) const {
  if (Status known = check_version(); !known.ok()) return known.fault();
  if (input.height != head_.height + 1)
    return Fault{"height_wrong", "The block has height " + std::to_string(input.height) +
                                     "; the state awaits " + std::to_string(head_.height + 1) +
                                     "."};
  if (input.time_ns <= head_.time_ns)
    return Fault{"time_not_after", "The block's time is not after the last block's."};
  std::int64_t outages_ns = 0;
  const BlockTime time = block_time(input.height, input.time_ns, outages_ns);
  Overlay overlay(tree_);
  View view(overlay, rules_, time);  // the block runs under the rules before it
  ExecutedBlock block{{}, BlockIds(live_ids_)};
  block.result.members.reserve(input.members.size());
  answer_misbehaviour(view, input.misbehaviour);
  block.result.misbehaviour = std::move(input.misbehaviour);
  Room room(rules_);
  Ahead ahead(tree_);
  const std::span<Member> members(input.members);
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i % Ahead::kMembers == 0)
      ahead.of(members.subspan(i, std::min(Ahead::kMembers, members.size() - i)));
    block.result.members.push_back(run_member(members[i], view, block.ids, room));
  }
  run_due_jobs(view);
  follow_version_votes(view);
  close_block(view, block, outages_ns);
  block.result.changes = blinded(overlay.changes(), input.height);
  return block;
}

BlockResult Engine::settle_block(ExecutedBlock executed) {
  BlockResult result = std::move(executed.result);
  result.undo = tree_.apply(result.changes);
  result.app_hash = tree_.root();
  executed.ids.settle(live_ids_);
  read_head();
  return result;
}

void Engine::close_block(View& view, ExecutedBlock& block, std::int64_t outages_ns) const {
  block.ids.close_block(view);
  block.result.results_root = crypto::merkle_root(result_leaves(block.result.members));
  append_to_range(view, block.result.results_root);
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
  result.admission = admit(member, view, BlockIds(live_ids_));
  if (!result.admission.refused()) result.operations = execute(member.body, view);
  return result;
}

std::vector<Refusal> Engine::check_admission(std::span<const Member* const> members,
                                             std::int64_t time_ns) const {
  std::int64_t outages_ns = 0;
  const BlockTime time =
      block_time(head_.height + 1, std::max(time_ns, head_.time_ns + 1), outages_ns);
  Overlay overlay(tree_);
  const View view(overlay, rules_, time);
  const BlockIds ids(live_ids_);
  std::vector<Refusal> refusals;
  refusals.reserve(members.size());
  for (const Member* member : members) refusals.push_back(admit(*member, view, ids));
  return refusals;
}

bool Engine::is_news(const store::Changes& changes) {
  for (const store::Change& change : changes) {
    const std::uint8_t table = change.key.type();
    if (table != ledger::kNetwork.type && table != ledger::kAppliedIds.type &&
        table != ledger::kResultRange.type)
      return true;
  }
  return false;
}

void Engine::visit_at(const store::UndoRing& undos, std::uint64_t height,
                      const std::function<void(const store::Tree&)>& visit) {
  undos.visit_at(tree_, height, visit);
}

void Engine::revert(store::Changes undo) {
  tree_.apply(std::move(undo));
  read_head();
  read_live_ids();
}

}  // namespace astyq::engine
