// SPDX-License-Identifier: Apache-2.0
#include "node/consortium.h"

#include <algorithm>
#include <shared_mutex>

#include "crypto/sha256.h"
#include "modules/authority/validators.h"

namespace astyq::node {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr std::size_t kHeldBytes = 64u << 20;
constexpr milliseconds kIdleStep{100};
constexpr milliseconds kBundleInterval{15};
constexpr seconds kOverdue{3};
constexpr milliseconds kRefusedPause{200};
constexpr std::size_t kMostMembers = 512;
constexpr std::size_t kMostMemberBytes =
    engine::kMostBundleBytes - engine::kBundleHeadBytes - kMostMembers * engine::kBundleMemberBytes;
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

// The maker's part.

Status Node::Consortium::make() {
  pool.wait(visits.waiting() ? milliseconds(0) : kIdleStep);
  // Where little is verified, others are given a moment to join.
  const auto due = last_bundle_ + kBundleInterval;
  const bool full = flights_.size() >= config.pool_transactions;
  if ((full || pool.ready() < kMostMembers) && steady_clock::now() < due)
    std::this_thread::sleep_until(due);
  // What is under way is bounded as the pool is: where the engine takes nothing, the pool fills,
  // and who comes is told to come later.
  if (!full && pool.ready() > 0) bundle_up();
  if (full) last_bundle_ = steady_clock::now();
  offer_again();
  const std::lock_guard writing(writer_lock);
  if (failure_) return *failure_;
  if (visits.waiting()) serve_visits();
  return Done{};
}

void Node::Consortium::bundle_up() {
  last_bundle_ = steady_clock::now();
  Finished told;
  engine::Form form;
  auto waiting = admissible(pool.take(kMostMembers, kMostMemberBytes), form, told);
  if (!told.settled.empty()) hand_over(std::move(told));
  if (waiting.empty()) return;
  const std::uint64_t node = own_number();
  // Nobody takes a bundle of a node that the network does not know. It may learn of it in time.
  if (node == 0) {
    pool.put_back(std::move(waiting));
    std::this_thread::sleep_for(kRefusedPause);
    return;
  }

  std::vector<BytesView> signed_txs;
  std::vector<engine::Member> members;
  for (Pool::Waiting& one : waiting) {
    signed_txs.push_back(one.signed_tx());
    members.push_back(std::move(one.member));
  }
  Bytes bundle = engine::make_bundle(node, signed_txs, form.network_id, ledger->identity().key);
  bundles_.add(bundle, form, std::move(members));
  const Hash name = crypto::sha256(bundle);
  flights_.add(name, {bundle, std::move(waiting), steady_clock::now() + kOverdue});
  offer(name, bundle);
}

// Those that the state would admit now; the others are told at once why not, for no block would
// take them up. `form`: under which the members are prepared.
std::vector<Pool::Waiting> Node::Consortium::admissible(std::vector<Pool::Waiting> waiting,
                                                        engine::Form& form, Finished& told) {
  form = this->form();
  std::vector<const engine::Member*> members;
  for (Pool::Waiting& one : waiting) {
    const BytesView bytes = one.signed_tx();
    if (one.form == nullptr || *one.form != form)
      one.member = std::move(engine::prepare({&bytes, 1}, form).front());
    members.push_back(&one.member);
  }
  const auto refusals = check_admission(members);
  std::vector<Pool::Waiting> good;
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    if (refusals[i].refused())
      refuse(std::move(waiting[i]), answer_of(waiting[i].member), refusals[i], told);
    else
      good.push_back(std::move(waiting[i]));
  }
  return good;
}

std::vector<Refusal> Node::Consortium::check_admission(
    std::span<const engine::Member* const> members) const {
  const std::shared_lock guard(state_lock);
  return ledger->engine().check_admission(members, locked_next_time_ns());
}

void Node::Consortium::refuse(Pool::Waiting waiting, Answer answer, Refusal refusal,
                              Finished& told) {
  engine::MemberResult result;
  result.admission = refusal;
  fill_in(answer, std::move(result), 0);
  told.settled.push_back({std::move(waiting), told.answers.size()});
  told.answers.push_back(std::move(answer));
}

// What the engine has no room for now is offered again. Requires: no lock, for the engine may be
// waiting for this node.
void Node::Consortium::offer(const Hash& name, BytesView bundle) {
  const std::lock_guard guard(ways_lock_);
  if (ways_.offer && ways_.offer(bundle).ok()) return;
  flights_.offer_again_at(name, steady_clock::now() + kRefusedPause);
}

// What came into no block for a while: the engine's pool may have lost it. As long as one of its
// members is admissible the same bundle is offered again, so that nothing is in two at once; else
// all are told what the state says of them.
void Node::Consortium::offer_again() {
  const auto now = steady_clock::now();
  for (const Flights::Overdue& overdue : flights_.overdue(now, now + kOverdue)) {
    const auto held = bundles_.get(overdue.bundle, form());
    std::vector<const engine::Member*> members;
    for (const engine::Member& member : held->prepared.members) members.push_back(&member);
    const auto refusals = check_admission(members);
    const auto admitted = [](Refusal each) { return !each.refused(); };
    if (held->prepared.sound.ok() && std::ranges::any_of(refusals, admitted)) {
      offer(overdue.name, overdue.bundle);
      continue;
    }
    Finished told;
    for (Flights::Flight& flight : flights_.land(overdue.name)) {
      if (!held->prepared.sound.ok()) {
        prepare_again(std::move(flight.waiting));
        continue;
      }
      for (std::size_t i = 0; i < flight.waiting.size(); ++i)
        refuse(std::move(flight.waiting[i]), answer_of(*members[i]), refusals[i], told);
    }
    if (!told.settled.empty()) hand_over(std::move(told));
  }
}

// The rules have changed: each is looked at by itself.
void Node::Consortium::prepare_again(std::vector<Pool::Waiting> waiting) {
  for (Pool::Waiting& one : waiting) one.form.reset();
  pool.put_back(std::move(waiting));
}

// Nobody knows what becomes of what is under way: the consensus goes on without this node.
// The checkpoint under way was waited for before.
void Node::Consortium::give_up() {
  ASTYQ_CHECK(take_back_decided().ok());
  for (Flights::Flight& flight : flights_.land_all())
    for (Pool::Waiting& waiting : flight.waiting) Pool::settle(waiting, Answer());
}

// The engine's part.

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
