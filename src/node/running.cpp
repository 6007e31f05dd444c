// SPDX-License-Identifier: Apache-2.0
#include "node/running.h"

#include <algorithm>
#include <shared_mutex>

#include "node/threads.h"

namespace astyq::node {
namespace {

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
  producer = std::thread([this] { produce(); });
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

// Asks the state, unless there is room for everybody: the producer asks again in any case. Where
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
  const auto admissions = engine.check_admission(members, wall_clock_ns());
  for (std::size_t i = 0; i < claimed.size(); ++i)
    owners[i] = admissions[i].refused() ? kStrangers : claimed[i]->member.body.party();
  return owners;
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
  for (std::size_t i = 0; i < block.waiting.size(); ++i)
    if (block.waiting[i].submission != nullptr)
      Pool::settle(block.waiting[i], std::move(block.answers[i]));
  for (const auto& tell_visitor : block.visited) tell_visitor();
}

}  // namespace astyq::node
