// SPDX-License-Identifier: Apache-2.0
// What a consensus engine asks of a node, and what its decisions do to the ledger.
#include "node/consortium.h"

#include <algorithm>
#include <shared_mutex>

#include "modules/authority/validators.h"

namespace astyq::node {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr seconds kSilence{15};  // longer than a few rounds take in which a proposer is missing
constexpr std::size_t kHeldBytes = 64u << 20;
// What CometBFT's list of transactions adds to each: a tag and the length.
constexpr std::uint64_t kListed = 5;

}  // namespace

Node::Consortium::Consortium(const Config& settings, Directory held, const std::string& network_id)
    : Running(settings, std::move(held)),
      bundles_(kHeldBytes),
      offered_({settings.data_directory + "/ledger/kept", {.network_id = network_id}}, network_id) {
}

std::int64_t Node::Consortium::next_time_ns() const {
  const std::shared_lock guard(state_lock);
  return locked_next_time_ns();
}

// Requires: the state's lock.
std::int64_t Node::Consortium::locked_next_time_ns() const {
  const auto since = steady_clock::now() - last_block_;
  return ledger->engine().head().time_ns + 1 +
         std::chrono::duration_cast<std::chrono::nanoseconds>(since).count();
}

void Node::Consortium::connect(Ways ways) {
  const std::lock_guard guard(ways_lock_);
  ways_ = std::move(ways);
}

Consensus::Ways Node::Consortium::ways() const {
  const std::lock_guard guard(ways_lock_);
  return ways_;
}

Result<comet::v1::LightBlock> Node::Consortium::certified(std::uint64_t height) {
  const Ways ways = this->ways();
  if (!ways.certified)
    return Fault{"engine_missing", "This node is not connected to its consensus engine."};
  return ways.certified(height);
}

std::string Node::Consortium::not_ready() const {
  const std::shared_lock guard(state_lock);
  if (!has_begun_) return "the consensus engine has brought no block since the start";
  const auto silence = std::chrono::duration_cast<seconds>(steady_clock::now() - last_block_);
  if (silence < kSilence) return "";
  return "the consensus engine has brought no block for " + std::to_string(silence.count()) + " s";
}

template <typename Judge>
auto Node::Consortium::by_next_state(std::span<const BytesView> bundles, Judge judge) {
  while (true) {
    const engine::Form expected = form();
    const auto held = bundles_.get(bundles, expected);
    const std::shared_lock guard(state_lock);
    if (ledger->engine().form() == expected) return judge(held);
  }
}

Consensus::Standing Node::Consortium::standing() const {
  const std::shared_lock guard(state_lock);
  if (before_) return *before_;
  return locked_standing();
}

Consensus::Standing Node::Consortium::locked_standing() const {
  const engine::Engine& engine = ledger->engine();
  return {engine.head().height, engine.tree().root(), engine.rules().protocol_version()};
}

Status Node::Consortium::take_back_decided() {
  if (!decided_) return Done{};
  // What the keeper reads of the undos must stand still.
  Status kept = finish_checkpoint();
  const std::lock_guard guard(state_lock);
  ledger->take_back_decided();
  decided_.reset();
  before_.reset();
  return kept;
}

Status Node::Consortium::check(BytesView bundle) {
  return by_next_state({&bundle, 1}, [&](const auto& held) {
    engine::BundleJudge judge(ledger->engine(), locked_next_time_ns());
    return judge.admit(held.front()->prepared);
  });
}

bool Node::Consortium::is_in_time(BytesView bundle) {
  return by_next_state({&bundle, 1}, [&](const auto& held) {
    const auto& members = held.front()->prepared.members;
    const std::int64_t now_ns = ledger->engine().head().time_ns;
    return std::ranges::any_of(
        members, [&](const auto& member) { return member.body.valid_until() > now_ns; });
  });
}

std::vector<std::size_t> Node::Consortium::choose(std::span<const BytesView> bundles,
                                                  std::uint64_t most_bytes, std::int64_t time_ns) {
  return by_next_state(bundles, [&](const auto& held) {
    engine::BundleJudge judge(ledger->engine(), time_ns);
    std::vector<std::size_t> chosen;
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < held.size(); ++i) {
      const std::uint64_t listed = bundles[i].size() + kListed;
      if (bytes + listed > most_bytes || !judge.admit(held[i]->prepared).ok()) continue;
      bytes += listed;
      chosen.push_back(i);
    }
    return chosen;
  });
}

Status Node::Consortium::judge(const Block& block) {
  return by_next_state(block.bundles, [&](const auto& held) -> Status {
    if (Status next = check_next(block); !next.ok()) return next;
    engine::BundleJudge judge(ledger->engine(), block.time_ns);
    for (const auto& bundle : held)
      if (Status admitted = judge.admit(bundle->prepared); !admitted.ok()) return admitted;
    return Done{};
  });
}

Status Node::Consortium::check_next(const Block& block) const {
  if (Status known = ledger->engine().check_version(); !known.ok()) return known;
  const engine::Head& head = ledger->engine().head();
  if (block.height != head.height + 1)
    return Fault{"height_wrong", "The block has height " + std::to_string(block.height) +
                                     "; the ledger awaits " + std::to_string(head.height + 1) +
                                     "."};
  if (block.time_ns <= head.time_ns)
    return Fault{"time_not_after", "The block's time is not after the last block's."};
  return Done{};
}

// This thread alone changes the state, so it reads it without a lock.
Result<Consensus::Decision> Node::Consortium::decide(const Block& block) {
  const std::lock_guard writing(writer_lock);
  if (failure_) return failure_->fault();
  if (stopping) return Fault{"node_stopping", "The node is stopping."};
  if (const Status kept = take_back_decided(); !kept.ok()) return fail(kept.fault());
  const auto held = bundles_.get(block.bundles, ledger->engine().form());
  bundles_.forget(held);
  Decided decided;
  decided.block.time_ns = block.time_ns;
  std::vector<Bytes> signed_txs;
  auto members = take_members(held, block.time_ns, decided, signed_txs);
  auto executed = ledger->engine().execute_block(
      {block.height, block.time_ns, std::move(members), block.misbehaviour});
  if (!executed.ok()) return executed.fault();
  const std::lock_guard guard(state_lock);
  before_ = locked_standing();
  auto& result = decided.block.result;
  result = ledger->decide(std::move(signed_txs), std::move(*executed));
  last_block_ = steady_clock::now();
  has_begun_ = true;
  decided.block.height = block.height;
  Decision decision{result.app_hash, authority::validator_updates(
                                         ledger->undos().undos().back().changes, result.changes)};
  decided_ = std::move(decided);
  return decision;
}

// Of the bundles that may be in the block, one after the other.
std::vector<engine::Member> Node::Consortium::take_members(
    const std::vector<BundleStore::Held>& held, std::int64_t time_ns, Decided& decided,
    std::vector<Bytes>& signed_txs) const {
  engine::BundleJudge judge(ledger->engine(), time_ns);
  std::vector<engine::Member> members;
  for (const auto& bundle : held) {
    const std::size_t first = members.size();
    engine::PreparedBundle& prepared = bundle->prepared;
    if (!judge.admit(prepared).ok()) continue;
    for (const BytesView signed_tx : prepared.signed_txs) signed_txs.emplace_back(signed_tx);
    for (engine::Member& member : prepared.members) {
      decided.block.answers.push_back(answer_of(member));
      // Somebody may still ask whether it may wait.
      if (bundle.use_count() == 1)
        members.push_back(std::move(member));
      else
        members.push_back(member);
    }
    decided.bundles.push_back({bundle->name, first});
  }
  return members;
}

Result<std::uint64_t> Node::Consortium::commit() {
  const std::lock_guard writing(writer_lock);
  if (failure_) return failure_->fault();
  if (!decided_) return Fault{"height_wrong", "No block is decided that could be committed."};
  Decided decided = std::move(*decided_);
  decided_.reset();
  {
    const std::lock_guard guard(state_lock);
    before_.reset();
  }
  if (const Status kept = ledger->confirm(); !kept.ok()) return fail(kept.fault());
  Finished& block = decided.block;
  for (std::size_t i = 0; i < block.answers.size(); ++i)
    fill_in(block.answers[i], block.result.members[i], block.height);
  for (const Decided::Bundle& bundle : decided.bundles) land(bundle, block);
  hand_over(std::move(block));
  if (const Status kept = checkpoint_if_due(); !kept.ok()) return fail(kept.fault());
  // This block lasts, and the node takes no part in the next one.
  if (const Status known = ledger->engine().check_version(); !known.ok()) fail(known.fault());
  return retained();
}

// Those who wait for a bundle's members. Who sent the same again hears that it was applied before.
void Node::Consortium::land(const Decided::Bundle& bundle, Finished& block) {
  bool first = true;
  std::vector<Pool::Waiting> without_room;
  for (Flights::Flight& flight : flights_.land(bundle.name)) {
    for (std::size_t i = 0; i < flight.waiting.size(); ++i) {
      const std::size_t at = bundle.first_member + i;
      const Answer& answer = block.answers[at];
      if (answer.admission == Refusal(base::v1::BLOCK_FULL)) {
        without_room.push_back(std::move(flight.waiting[i]));
      } else if (first) {
        block.settled.push_back({std::move(flight.waiting[i]), at});
      } else {
        refuse(std::move(flight.waiting[i]), answer, base::v1::ALREADY_APPLIED, block);
      }
    }
    first = false;
  }
  if (!without_room.empty()) prepare_again(std::move(without_room));
}

// The number under which the network knows this node; 0 where it does not.
std::uint64_t Node::Consortium::own_number() const {
  const std::shared_lock guard(state_lock);
  Overlay overlay(ledger->engine().tree());
  const View state(overlay, ledger->engine().rules(), BlockTime{});
  return authority::node_with_key(state, view(ledger->identity().key.public_key()));
}

Result<std::vector<store::SnapshotManifest>> Node::Consortium::offered_states() {
  return offered_.list();
}

Result<std::optional<Bytes>> Node::Consortium::offered_chunk(std::uint64_t height,
                                                             std::size_t number) {
  return offered_.chunk(height, number);
}

Status Node::Consortium::adopt(engine::Engine engine) {
  const std::lock_guard writing(writer_lock);
  const std::lock_guard guard(state_lock);
  if (Status known = engine.check_version(); !known.ok()) return known;
  return ledger->adopt(std::move(engine));
}

// The engine's blocks up to the image are of no use to this node any more.
std::uint64_t Node::Consortium::retained() const {
  if (config.keep_blocks == 0) return 0;
  const std::uint64_t image = ledger->image().height().value_or(0);
  return image > config.keep_blocks ? image - config.keep_blocks : 0;
}

Fault Node::Consortium::fail(Fault fault) {
  failure_ = fault;
  pool.wake();
  return fault;
}

}  // namespace astyq::node
