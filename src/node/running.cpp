// SPDX-License-Identifier: Apache-2.0
#include "node/running.h"

#include <algorithm>
#include <shared_mutex>

#include "node/clock.h"
#include "node/threads.h"

namespace astyq::node {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr seconds kCheckpointPatience{30};
constexpr milliseconds kCheckpointTurn{20};

// Of a batch of signatures: more gain little, see docs/adr/0002-ed25519-zebra.md; fewer lose much.
constexpr std::size_t kMostVerified = 256;
constexpr std::size_t kFewestVerified = 64;
constexpr std::size_t kMostFinished = 8;  // blocks that wait to be told of
// Whoever is no party of the ledger, or not with these keys: they share one quota.
constexpr std::uint64_t kStrangers = UINT64_MAX;

}  // namespace

Node::Running::Running(const Config& settings, Directory held)
    : directory(std::move(held)),
      config(settings),
      pool({settings.pool_transactions, settings.pool_bytes, settings.pool_party_transactions}) {}

std::size_t Node::Running::verifiers_wanted() const {
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  return config.verify_threads == 0 ? cores : config.verify_threads;
}

void Node::Running::start() {
  for (std::size_t i = 0; i < verifiers_wanted(); ++i) verifiers.emplace_back([this] { verify(); });
  finisher = std::thread([this] { finish(); });
  maker = std::thread([this] { run(); });
}

// The maker's thread.
void Node::Running::run() {
  be_thread("maker");
  Status status = Done{};
  while (status.ok() && !(stopping && all_made())) status = make();
  stopping = true;
  {
    const std::lock_guard writing(writer_lock);
    if (Status last = finish_checkpoint(); status.ok()) status = std::move(last);
    give_up();
    if (status.ok()) status = ledger->checkpoint();
  }
  failed = !status.ok();
  pool.close();
  visits.close();
  for (std::thread& verifier : verifiers) verifier.join();
  // After a fault nobody knows what became of these: they were taken, but no durable block is known
  // to hold them.
  for (Pool::Waiting& waiting : pool.take(SIZE_MAX, UINT64_MAX)) Pool::settle(waiting, Answer());
  {
    const std::lock_guard guard(finished_lock);
    no_more = true;
  }
  finished_changed.notify_all();
  finisher.join();
  end(std::move(status));
}

void Node::Running::end(Status status) {
  {
    const std::lock_guard guard(end_lock);
    ended = std::move(status);
  }
  end_changed.notify_all();
}

engine::Form Node::Running::form() const {
  const std::shared_lock guard(state_lock);
  return ledger->engine().form();
}

void Node::Running::verify() {
  be_thread("verifier", Way::kSecond);
  auto known = std::make_shared<const engine::Form>(form());
  while (true) {
    const auto claimed = pool.claim({kMostVerified, kFewestVerified, verifiers_wanted()});
    if (claimed.empty()) return;
    if (!failed) prepare(claimed, known);
    for (Pool::Waiting& over : pool.prepared(claimed, owners_of(claimed, known))) {
      Answer answer = answer_of(over.member);
      answer.fate = Fate::kOverQuota;
      Pool::settle(over, std::move(answer));
    }
  }
}

void Node::Running::prepare(std::span<const Pool::Place> claimed,
                            const std::shared_ptr<const engine::Form>& form) {
  std::vector<BytesView> bytes;
  bytes.reserve(claimed.size());
  for (const Pool::Place waiting : claimed) bytes.emplace_back(waiting->signed_tx());
  auto members = engine::prepare(bytes, *form);
  for (std::size_t i = 0; i < claimed.size(); ++i) {
    claimed[i]->member = std::move(members[i]);
    claimed[i]->form = form;
    if (claimed[i]->member.fault.refused()) turn_away(*claimed[i]);
  }
}

// What is wrong without any state needs no block to be told so.
void Node::Running::turn_away(Pool::Waiting& waiting) {
  Answer answer = answer_of(waiting.member);
  engine::MemberResult result;
  result.admission = waiting.member.fault;
  fill_in(answer, std::move(result), 0);
  Pool::settle(waiting, std::move(answer));
  waiting.submission.reset();
}

// Asks the state, unless there is room for everybody: the maker asks again in any case. Where
// there is not, it waits for a block that is written just now: slow syncs are when a pool fills.
std::vector<std::uint64_t> Node::Running::owners_of(std::span<const Pool::Place> claimed,
                                                    std::shared_ptr<const engine::Form>& form) {
  std::vector<std::uint64_t> owners(claimed.size(), 0);
  const bool crowded = pool.crowded();
  std::shared_lock guard(state_lock, std::defer_lock);
  if (crowded)
    guard.lock();
  else if (!guard.try_lock())
    return owners;
  if (failed) return owners;
  const engine::Engine& engine = ledger->engine();
  if (*form != engine.form()) form = std::make_shared<const engine::Form>(engine.form());
  if (!crowded) return owners;
  std::vector<const engine::Member*> members;
  members.reserve(claimed.size());
  for (const Pool::Place waiting : claimed) members.push_back(&waiting->member);
  const auto admissions = engine.check_admission(members, next_time_ns());
  for (std::size_t i = 0; i < claimed.size(); ++i)
    owners[i] = admissions[i].refused() ? kStrangers : claimed[i]->member.body.party();
  return owners;
}

// They are told after the blocks before: what the listener knows is never behind what they saw.
void Node::Running::serve_visits() {
  Finished shown;
  {
    const std::lock_guard guard(state_lock);
    shown.visited = visits.serve(*ledger, !maintenance->health().disk_low);
  }
  if (!shown.visited.empty()) hand_over(std::move(shown));
}

Status Node::Running::checkpoint_if_due() {
  // It is written when nobody else wants the processor. After so long each block leaves it a
  // moment, so that what a start has to do again stays bounded.
  if (ledger->must_keep())
    if (const Status came_to = finish_checkpoint(); !came_to.ok()) return came_to;
  const bool late = pending && steady_clock::now() - last_checkpoint >= kCheckpointPatience;
  if (pending &&
      written.wait_for(late ? kCheckpointTurn : milliseconds(0)) == std::future_status::ready)
    if (const Status came_to = finish_checkpoint(); !came_to.ok()) return came_to;
  const bool by_time = steady_clock::now() - last_checkpoint >= seconds(config.checkpoint_s);
  const bool by_rows = ledger->dirty_rows() >= config.checkpoint_rows;
  if (pending || !(by_time || by_rows || ledger->must_keep())) return Done{};
  last_checkpoint = steady_clock::now();
  pending = ledger->begin_checkpoint();
  if (pending)
    written = std::async(std::launch::async, [this] {
      be_thread("keeper", Way::kWhenIdle);
      Status came_to = ledger->write_checkpoint(*pending);
      // Rows by the hundred thousand: no block waits until they are freed.
      if (came_to.ok()) pending->rows.clear();
      return came_to;
    });
  return Done{};
}

// Waits for the checkpoint that is being written, if any.
Status Node::Running::finish_checkpoint() {
  if (!pending) return Done{};
  Status came_to = written.get();
  ledger->end_checkpoint(std::move(*pending), came_to);
  pending.reset();
  // The log holds everything; the image follows when there is room again.
  if (!came_to.ok() && came_to.fault().code == "disk_full") return Done{};
  return came_to;
}

void Node::Running::hand_over(Finished block) {
  {
    std::unique_lock guard(finished_lock);
    finished_changed.wait(guard, [this] { return finished.size() < kMostFinished; });
    finished.push_back(std::move(block));
  }
  finished_changed.notify_all();
}

// The finisher's thread.
void Node::Running::finish() {
  be_thread("finisher");
  std::unique_lock guard(finished_lock);
  while (true) {
    finished_changed.wait(guard, [this] { return no_more || !finished.empty(); });
    if (finished.empty()) return;
    Finished block = std::move(finished.front());
    finished.pop_front();
    guard.unlock();
    finished_changed.notify_all();
    tell(block);
    guard.lock();
  }
}

void Node::Running::tell(Finished& block) {
  if (block.height > 0) {
    std::vector<const Answer*> applied;
    for (const Answer& answer : block.answers)
      if (answer.fate == Fate::kApplied) applied.push_back(&answer);
    const std::lock_guard listening(listener_lock);
    if (listener) listener({block.height, block.time_ns, block.result, applied});
  }
  for (Settled& one : block.settled)
    if (one.waiting.submission != nullptr)
      Pool::settle(one.waiting, std::move(block.answers[one.answer]));
  for (const auto& tell_visitor : block.visited) tell_visitor();
}

}  // namespace astyq::node
