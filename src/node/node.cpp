// SPDX-License-Identifier: Apache-2.0
#include "node/node.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <shared_mutex>
#include <thread>

#include "base/check.h"
#include "engine/schedule.h"
#include "node/clock.h"
#include "node/durable_ledger.h"
#include "node/pool.h"
#include "node/state_lock.h"
#include "node/verifier.h"
#include "store/file_system.h"

namespace astyq::node {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr std::size_t kMostMembers = 4'096;
constexpr milliseconds kIdleStep{200};

bool is_known_id(Refusal refusal) {
  return refusal == Refusal(base::v1::ALREADY_APPLIED) ||
         refusal == Refusal(base::v1::SEQUENCE_TOO_OLD);
}

Answer answer_of(const engine::Member& member) {
  Answer answer;
  answer.body_hash = member.body_hash;
  answer.party = member.body.party();
  answer.id = member.body.id();
  answer.sequence_key = member.body.sequence().public_key();
  answer.sequence = member.body.sequence().number();
  return answer;
}

void fill_in(Answer& answer, engine::MemberResult result, std::uint64_t height) {
  answer.admission = result.admission;
  if (result.admission.refused()) {
    answer.fate = is_known_id(result.admission) ? Fate::kAlreadyApplied : Fate::kNotAdmitted;
    return;
  }
  answer.fate = Fate::kApplied;
  answer.height = height;
  answer.operations = std::move(result.operations);
}

}  // namespace

struct Node::Running {
  Running(const Config& settings, Directory held)
      : directory(std::move(held)),
        config(settings),
        pool(settings.pool_transactions, settings.pool_bytes) {}

  engine::Form form() const {
    const std::shared_lock guard(state_lock);
    return ledger->engine().form();
  }
  void produce();
  Status produce_one();
  Status make_block(std::vector<Pool::Waiting> waiting);
  bool needs_block() const;
  bool none_is_admitted(const std::vector<engine::Member>& members, std::int64_t time_ns,
                        std::vector<Answer>& answers) const;
  Status checkpoint_if_due();
  void end(Status status);

  const Directory directory;  // let go last
  const Config config;
  std::unique_ptr<store::FileSystem> files = store::posix_file_system();
  std::unique_ptr<DurableLedger> ledger;
  mutable StateLock state_lock;
  Pool pool;
  std::mutex listener_lock;
  Listener listener;
  ClockWatch clock;
  std::atomic<bool> stopping = false;
  std::mutex end_lock;
  std::condition_variable end_changed;
  std::optional<Status> ended;
  steady_clock::time_point last_block = steady_clock::now();
  steady_clock::time_point last_checkpoint = steady_clock::now();
  std::mutex stop_lock;
  std::thread producer;
};

Result<std::unique_ptr<Node>> Node::open(const Config& config) {
  // A directory that was mistyped is not made.
  if (const Status begun = check_begun(config.data_directory); !begun.ok()) return begun.fault();
  auto directory = Directory::hold(config.data_directory);
  if (!directory.ok()) return directory.fault();
  return open(config, std::move(*directory));
}

Result<std::unique_ptr<Node>> Node::open(const Config& config, Directory directory) {
  ASTYQ_CHECK(directory.path() == config.data_directory);
  auto identity = read_identity(directory.path());
  if (!identity.ok()) return identity.fault();
  auto running = std::make_unique<Running>(config, std::move(directory));
  auto ledger =
      DurableLedger::open(*running->files, config.data_directory + "/ledger", std::move(*identity));
  if (!ledger.ok()) return ledger.fault();
  running->ledger = std::move(*ledger);
  const Status clock = check_clock_at_start(running->ledger->engine().head().time_ns,
                                            wall_clock_ns(), config.accept_outage);
  if (!clock.ok()) return clock.fault();
  return std::unique_ptr<Node>(new Node(std::move(running)));
}

Node::Node(std::unique_ptr<Running> running) : running_(std::move(running)) {
  running_->producer = std::thread([this] { running_->produce(); });
}

Node::~Node() {
  stop();
}

void Node::stop() {
  running_->stopping = true;
  running_->pool.close();
  const std::lock_guard guard(running_->stop_lock);
  if (running_->producer.joinable()) running_->producer.join();
}

Status Node::wait() {
  std::unique_lock guard(running_->end_lock);
  running_->end_changed.wait(guard, [this] { return running_->ended.has_value(); });
  return *running_->ended;
}

Status Node::submit(std::vector<Bytes> signed_txs, Answers answers) {
  return running_->pool.add(std::move(signed_txs), std::move(answers));
}

Answer Node::dry_run(BytesView signed_tx) const {
  engine::Form form = running_->form();
  while (true) {
    // Signatures take long and need no state: no block waits for them.
    auto members = engine::prepare({&signed_tx, 1}, form);
    Answer answer = answer_of(members[0]);
    const std::shared_lock guard(running_->state_lock);
    const engine::Engine& engine = running_->ledger->engine();
    if (engine.form() != form) {  // a block changed the rules meanwhile
      form = engine.form();
      continue;
    }
    fill_in(answer, engine.dry_run(std::move(members[0]), wall_clock_ns()),
            engine.head().height + 1);
    return answer;
  }
}

void Node::listen(Listener listener) {
  const std::lock_guard guard(running_->listener_lock);
  running_->listener = std::move(listener);
}

void Node::read(const Read& read_state) const {
  const std::shared_lock guard(running_->state_lock);
  read_state(running_->ledger->engine(), running_->ledger->undos());
}

Result<v1::BlockRecord> Node::read_block(std::uint64_t height) const {
  return running_->ledger->read_block(height);
}

const std::optional<store::BlockLog::Cut>& Node::cut() const {
  return running_->ledger->cut();
}

std::string Node::not_ready() const {
  if (running_->stopping) return "the node is stopping";
  if (running_->pool.full()) return "too many transactions wait";
  return "";
}

std::size_t Node::pool_size() const {
  return running_->pool.size();
}

const ledger::v1::Genesis& Node::genesis() const {
  return running_->ledger->identity().genesis;
}

// The producer's thread: the only one that changes the ledger.
void Node::Running::produce() {
  Status status = Done{};
  while (status.ok() && !(stopping && pool.size() == 0)) status = produce_one();
  if (status.ok()) status = ledger->checkpoint();
  stopping = true;
  pool.close();
  // After a fault nobody knows what became of these: they were taken, but no durable block is known
  // to hold them.
  for (Pool::Waiting& waiting : pool.take(SIZE_MAX, UINT64_MAX)) Pool::settle(waiting, Answer());
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
  pool.wait(kIdleStep);
  if (pool.size() == 0) {
    if (!needs_block()) return checkpoint_if_due();
    return make_block({});
  }
  // A moment for others to join the block; a busy pool does not wait.
  if (pool.size() < kMostMembers / 4 && !stopping)
    std::this_thread::sleep_for(milliseconds(config.block_interval_ms));
  auto waiting = pool.take(kMostMembers, ledger->engine().rules().max_block_bytes());
  if (const Status made = make_block(std::move(waiting)); !made.ok()) return made;
  return checkpoint_if_due();
}

bool Node::Running::needs_block() const {
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
    engine::MemberResult result;
    result.admission = ledger->engine().check_admission(members[i], time_ns);
    if (!result.admission.refused()) return false;
    fill_in(answers[i], std::move(result), 0);
  }
  return true;
}

Status Node::Running::make_block(std::vector<Pool::Waiting> waiting) {
  std::vector<Bytes> signed_txs;
  signed_txs.reserve(waiting.size());
  for (const Pool::Waiting& one : waiting) signed_txs.push_back(one.signed_tx);
  auto members = prepare_on(config.verify_threads, signed_txs, ledger->engine().form());
  std::vector<Answer> answers;
  answers.reserve(members.size());
  for (const engine::Member& member : members) answers.push_back(answer_of(member));

  const std::int64_t time_ns = std::max(wall_clock_ns(), ledger->engine().head().time_ns + 1);
  if (!waiting.empty() && !needs_block() && none_is_admitted(members, time_ns, answers)) {
    for (std::size_t i = 0; i < waiting.size(); ++i)
      Pool::settle(waiting[i], std::move(answers[i]));
    return Done{};
  }
  std::unique_lock guard(state_lock);
  auto committed = ledger->commit(signed_txs, std::move(members), time_ns);
  guard.unlock();
  if (!committed.ok()) {
    for (std::size_t i = 0; i < waiting.size(); ++i)
      Pool::settle(waiting[i], std::move(answers[i]));
    return committed.fault();
  }
  last_block = steady_clock::now();
  const std::uint64_t height = ledger->engine().head().height;
  std::vector<Answer> applied;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    fill_in(answers[i], committed->result.members[i], height);
    if (answers[i].fate == Fate::kApplied) applied.push_back(answers[i]);
  }
  if (const std::lock_guard listening(listener_lock); listener)
    listener({height, ledger->engine().head().time_ns, committed->result, applied});
  std::vector<Pool::Waiting> without_room;
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    if (answers[i].admission == Refusal(base::v1::BLOCK_FULL)) {
      without_room.push_back(std::move(waiting[i]));
    } else {
      Pool::settle(waiting[i], std::move(answers[i]));
    }
  }
  pool.put_back(std::move(without_room));
  return Done{};
}

Status Node::Running::checkpoint_if_due() {
  const bool by_time = steady_clock::now() - last_checkpoint >= seconds(config.checkpoint_s);
  if (!by_time && ledger->dirty_rows() < config.checkpoint_rows) return Done{};
  last_checkpoint = steady_clock::now();
  return ledger->checkpoint();
}

}  // namespace astyq::node
