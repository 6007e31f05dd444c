// SPDX-License-Identifier: Apache-2.0
#include "node/embedded.h"

#include <algorithm>

#include "engine/schedule.h"

namespace astyq::node {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr std::size_t kMostMembers = 4'096;
constexpr milliseconds kIdleStep{200};

std::vector<Answer> answers_of(const std::vector<engine::Member>& members) {
  std::vector<Answer> answers;
  answers.reserve(members.size());
  for (const engine::Member& member : members) answers.push_back(answer_of(member));
  return answers;
}

std::vector<Bytes> signed_txs_of(const std::vector<Pool::Waiting>& waiting) {
  std::vector<Bytes> signed_txs;
  signed_txs.reserve(waiting.size());
  for (const Pool::Waiting& one : waiting) signed_txs.push_back(one.signed_tx());
  return signed_txs;
}

}  // namespace

Result<comet::v1::LightBlock> Node::Embedded::certified(std::uint64_t height) {
  auto record = ledger->read_block(height);
  if (!record.ok()) return record.fault();
  comet::v1::LightBlock block;
  *block.mutable_signed_header() = std::move(*record->mutable_signed_header());
  return block;
}

Status Node::Embedded::make() {
  const std::lock_guard writing(writer_lock);
  if (const Status right = clock_.check(); !right.ok()) return right;
  if (Status known = ledger->engine().check_version(); !known.ok()) return known;
  if (const Status made = make_or_rest(); !made.ok()) return made;
  return checkpoint_if_due();
}

Status Node::Embedded::make_or_rest() {
  // Who waits for the block that certifies the last one waits for nothing else.
  pool.wait(visits.waiting() && pool.size() == 0 ? milliseconds(0) : kIdleStep);
  if (visits.waiting()) serve_visits();
  if (pool.ready() == 0) {
    if (pool.size() > 0 || !needs_block()) return Done{};
    return make_block({});
  }
  // A moment for others to join the block, counted from the one before: a busy node does not wait.
  if (!stopping)
    std::this_thread::sleep_until(last_begin_ + milliseconds(config.block_interval_ms));
  last_begin_ = steady_clock::now();
  auto waiting = pool.take(kMostMembers, ledger->engine().rules().max_block_bytes());
  return make_block(std::move(waiting));
}

bool Node::Embedded::needs_block() const {
  // What waits is still settled; nothing else takes of the reserve.
  if (maintenance->health().disk_low) return false;
  if (ledger->last_is_uncertified()) return true;
  if (steady_clock::now() - last_block_ >= seconds(config.heartbeat_s)) return true;
  const engine::Engine& engine = ledger->engine();
  return engine::job_due(engine.tree(), engine.running_ns(wall_clock_ns()));
}

// Rubbish and what is settled already make no block: else anybody could push recent heights out of
// reach for nothing. The answers are filled in where it is so. This thread alone writes the state,
// so it reads it without a lock.
bool Node::Embedded::none_is_admitted(const std::vector<engine::Member>& members,
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
std::vector<engine::Member> Node::Embedded::members_of(std::vector<Pool::Waiting>& waiting) const {
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

Status Node::Embedded::make_block(std::vector<Pool::Waiting> waiting) {
  auto members = members_of(waiting);
  Finished block;
  block.answers = answers_of(members);
  block.time_ns = std::max(wall_clock_ns(), ledger->engine().head().time_ns + 1);
  if (!members.empty() && !needs_block() &&
      none_is_admitted(members, block.time_ns, block.answers)) {
    settle(std::move(waiting), std::move(block));
    return Done{};
  }
  auto committed = commit(signed_txs_of(waiting), std::move(members), block.time_ns);
  if (!committed.ok()) {
    settle(std::move(waiting), std::move(block));
    return committed.fault();
  }
  last_block_ = steady_clock::now();
  block.result = std::move(*committed);
  block.height = ledger->engine().head().height;
  for (std::size_t i = 0; i < block.answers.size(); ++i)
    fill_in(block.answers[i], block.result.members[i], block.height);
  settle(std::move(waiting), std::move(block));
  return Done{};
}

// Each waits for the answer of its own place; those without room for another block.
void Node::Embedded::settle(std::vector<Pool::Waiting> waiting, Finished block) {
  std::vector<Pool::Waiting> without_room;
  block.settled.reserve(waiting.size());
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    if (block.answers[i].admission != Refusal(base::v1::BLOCK_FULL)) {
      block.settled.push_back({std::move(waiting[i]), i});
      continue;
    }
    waiting[i].form.reset();  // the member is gone: to be prepared again
    without_room.push_back(std::move(waiting[i]));
  }
  hand_over(std::move(block));
  pool.put_back(std::move(without_room));
}

// Others read the state while the block is executed; they wait while it changes and until the
// change is durable.
Result<engine::BlockResult> Node::Embedded::commit(std::vector<Bytes> signed_txs,
                                                   std::vector<engine::Member> members,
                                                   std::int64_t time_ns) {
  auto executed = ledger->engine().execute_block({.height = ledger->engine().head().height + 1,
                                                  .time_ns = time_ns,
                                                  .members = std::move(members)});
  if (!executed.ok()) return executed.fault();
  const std::lock_guard guard(state_lock);
  auto committed = ledger->commit(std::move(signed_txs), std::move(*executed));
  if (!committed.ok()) return committed.fault();
  return std::move(committed->result);
}

}  // namespace astyq::node
