// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/check.h"
#include "engine/schedule.h"
#include "node/running.h"
#include "node/threads.h"

namespace astyq::node {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr std::size_t kMostMembers = 4'096;
constexpr milliseconds kIdleStep{200};
constexpr seconds kCheckpointPatience{30};
constexpr milliseconds kCheckpointTurn{20};

std::vector<Answer> answers_of(const std::vector<engine::Member>& members) {
  std::vector<Answer> answers;
  answers.reserve(members.size());
  for (const engine::Member& member : members) answers.push_back(answer_of(member));
  return answers;
}

}  // namespace

// The producer's thread: the only one that changes the ledger.
void Node::Running::produce() {
  be_thread("producer");
  Status status = Done{};
  while (status.ok() && !(stopping && pool.size() == 0)) status = produce_one();
  if (pending)
    if (Status last = end_checkpoint(); status.ok()) status = std::move(last);
  if (status.ok()) status = ledger->checkpoint();
  stopping = true;
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

Status Node::Running::produce_one() {
  if (const Status right = clock.check(); !right.ok()) return right;
  // Who waits for the block that certifies the last one waits for nothing else.
  pool.wait(visits.waiting() && pool.size() == 0 ? milliseconds(0) : kIdleStep);
  if (visits.waiting()) serve_visits();
  if (pool.ready() == 0) {
    if (pool.size() > 0 || !needs_block()) return checkpoint_if_due();
    return make_block({});
  }
  // A moment for others to join the block, counted from the one before: a busy node does not wait.
  if (!stopping) std::this_thread::sleep_until(last_begin + milliseconds(config.block_interval_ms));
  last_begin = steady_clock::now();
  auto waiting = pool.take(kMostMembers, ledger->engine().rules().max_block_bytes());
  if (const Status made = make_block(std::move(waiting)); !made.ok()) return made;
  return checkpoint_if_due();
}

// They are told after the blocks before: what the listener knows is never behind what they saw.
void Node::Running::serve_visits() {
  Finished finished_visits;
  {
    const std::lock_guard guard(state_lock);
    finished_visits.visited = visits.serve(*ledger, !maintenance->health().disk_low);
  }
  if (!finished_visits.visited.empty()) hand_over(std::move(finished_visits));
}

bool Node::Running::needs_block() const {
  // What waits is still settled; nothing else takes of the reserve.
  if (maintenance->health().disk_low) return false;
  if (ledger->last_is_uncertified()) return true;
  if (steady_clock::now() - last_block >= seconds(config.heartbeat_s)) return true;
  const engine::Engine& engine = ledger->engine();
  return engine::job_due(engine.tree(), engine.running_ns(wall_clock_ns()));
}

// Rubbish and what is settled already make no block: else anybody could push recent heights out of
// reach for nothing. The answers are filled in where it is so. This thread alone writes the state,
// so it reads it without a lock.
bool Node::Running::none_is_admitted(const std::vector<engine::Member>& members,
                                     std::int64_t time_ns, std::vector<Answer>& answers) const {
  for (std::size_t i = 0; i < members.size(); ++i) {
    const engine::Member* member = &members[i];
    engine::MemberResult result;
    result.admission = ledger->engine().check_admission({&member, 1}, time_ns).front();
    if (!result.admission.refused()) return false;
    fill_in(answers[i], std::move(result), 0);
  }
  return true;
}

// The members as the verifiers prepared them; again where the rules were changed since.
std::vector<engine::Member> Node::Running::members_of(std::vector<Pool::Waiting>& waiting) const {
  const engine::Form form = ledger->engine().form();
  std::vector<engine::Member> members;
  members.reserve(waiting.size());
  for (Pool::Waiting& one : waiting) {
    const BytesView bytes = one.signed_tx();
    members.push_back(one.form != nullptr && *one.form == form
                          ? std::move(one.member)
                          : std::move(engine::prepare({&bytes, 1}, form).front()));
  }
  return members;
}

Status Node::Running::make_block(std::vector<Pool::Waiting> waiting) {
  auto members = members_of(waiting);
  Finished block;
  block.waiting = std::move(waiting);
  block.answers = answers_of(members);
  block.time_ns = std::max(wall_clock_ns(), ledger->engine().head().time_ns + 1);
  if (!members.empty() && !needs_block() &&
      none_is_admitted(members, block.time_ns, block.answers)) {
    hand_over(std::move(block));
    return Done{};
  }
  Status committed = commit(std::move(members), block);
  if (!committed.ok()) {
    hand_over(std::move(block));
    return committed;
  }
  last_block = steady_clock::now();
  block.height = ledger->engine().head().height;
  std::vector<Pool::Waiting> without_room;
  for (std::size_t i = 0; i < block.answers.size(); ++i) {
    fill_in(block.answers[i], block.result.members[i], block.height);
    if (block.answers[i].admission != Refusal(base::v1::BLOCK_FULL)) continue;
    block.waiting[i].form.reset();  // the member is gone: to be prepared again
    without_room.push_back(std::move(block.waiting[i]));
  }
  hand_over(std::move(block));
  pool.put_back(std::move(without_room));
  return Done{};
}

// Others read the state while the block is executed; they wait while it changes and until the
// change is durable.
Status Node::Running::commit(std::vector<engine::Member> members, Finished& block) {
  std::vector<Bytes> signed_txs;
  signed_txs.reserve(block.waiting.size());
  for (const Pool::Waiting& one : block.waiting) signed_txs.push_back(one.signed_tx());
  auto executed = ledger->engine().execute_block(
      {ledger->engine().head().height + 1, block.time_ns, std::move(members)});
  if (!executed.ok()) return executed.fault();
  const std::lock_guard guard(state_lock);
  auto committed = ledger->commit(std::move(signed_txs), std::move(*executed));
  if (!committed.ok()) return committed.fault();
  block.result = std::move(committed->result);
  return Done{};
}

Status Node::Running::checkpoint_if_due() {
  // It is written when nobody else wants the processor. After so long each block leaves it a
  // moment, so that what a start has to do again stays bounded.
  const bool late = pending && steady_clock::now() - last_checkpoint >= kCheckpointPatience;
  if (pending &&
      written.wait_for(late ? kCheckpointTurn : milliseconds(0)) == std::future_status::ready)
    if (const Status came_to = end_checkpoint(); !came_to.ok()) return came_to;
  const bool by_time = steady_clock::now() - last_checkpoint >= seconds(config.checkpoint_s);
  if (pending || (!by_time && ledger->dirty_rows() < config.checkpoint_rows)) return Done{};
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

// Waits for the checkpoint that is being written. Requires: there is one.
Status Node::Running::end_checkpoint() {
  Status came_to = written.get();
  ledger->end_checkpoint(std::move(*pending), came_to);
  pending.reset();
  // The log holds everything; the image follows when there is room again.
  if (!came_to.ok() && came_to.fault().code == "disk_full") return Done{};
  return came_to;
}

}  // namespace astyq::node
