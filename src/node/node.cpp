// SPDX-License-Identifier: Apache-2.0
#include "node/node.h"

#include <shared_mutex>

#include "base/check.h"
#include "crypto/signatures.h"
#include "engine/genesis.h"
#include "node/clock.h"
#include "node/consortium.h"
#include "node/embedded.h"
#include "node/fork.h"
#include "node/going_back.h"

namespace astyq::node {

Result<std::unique_ptr<Node>> Node::open(const Config& config) {
  // A directory that was mistyped is not made.
  if (const Status begun = check_begun(config.data_directory); !begun.ok()) return begun.fault();
  auto directory = Directory::hold(config.data_directory);
  if (!directory.ok()) return directory.fault();
  return open(config, std::move(*directory));
}

Result<std::unique_ptr<Node>> Node::open(const Config& config, Directory directory) {
  ASTYQ_CHECK(directory.path() == config.data_directory);
  if (const Status finished = finish_fork(directory.path()); !finished.ok())
    return finished.fault();
  const Status decided = check_not_going_back(*store::posix_file_system(), directory.path());
  if (!decided.ok()) return decided.fault();
  auto identity = read_identity(directory.path(), config.password_file);
  if (!identity.ok()) return identity.fault();
  const bool alone = !engine::is_consortium(identity->genesis);
  std::unique_ptr<Running> running;
  if (alone)
    running = std::make_unique<Embedded>(config, std::move(directory));
  else
    running =
        std::make_unique<Consortium>(config, std::move(directory), identity->genesis.network_id());
  const Keeping keeping{config.keep_checkpoint_s, config.keep_checkpoints, config.keep_blocks};
  auto ledger = DurableLedger::open(*running->files, config.data_directory + "/ledger",
                                    std::move(*identity), keeping);
  if (!ledger.ok()) return ledger.fault();
  running->ledger = std::move(*ledger);
  if (const Status known = running->ledger->engine().check_version(); !known.ok())
    return known.fault();
  running->ledger->keep_blocks_for([running = running.get()] {
    const std::lock_guard guard(running->indexed_lock);
    return running->indexed ? running->indexed() : 0;
  });
  running->maintenance = std::make_unique<Maintenance>(config, *running->files, *running->ledger);
  // A consortium's time is that of its consensus.
  if (alone)
    if (const Status clock = check_clock_at_start(running->ledger->engine().head().time_ns,
                                                  wall_clock_ns(), config.accept_outage);
        !clock.ok())
      return clock.fault();
  return std::unique_ptr<Node>(new Node(std::move(running)));
}

Node::Node(std::unique_ptr<Running> running) : running_(std::move(running)) {
  running_->start();
}

Node::~Node() {
  stop();
}

void Node::stop() {
  running_->stopping = true;
  running_->pool.close();
  const std::lock_guard guard(running_->stop_lock);
  if (running_->maker.joinable()) running_->maker.join();
}

Status Node::wait() {
  std::unique_lock guard(running_->end_lock);
  running_->end_changed.wait(guard, [this] { return running_->ended.has_value(); });
  return *running_->ended;
}

Status Node::submit(std::vector<Bytes> signed_txs, Answers answers) {
  if (Status room = running_->maintenance->check_room(); !room.ok()) return room;
  return running_->pool.add(std::move(signed_txs), std::move(answers));
}

Answer Node::dry_run(BytesView signed_tx) const {
  engine::Form form = running_->form();
  while (true) {
    // Signatures take long and need no state: no block waits for them.
    auto members = engine::prepare({&signed_tx, 1}, form);
    Answer answer = answer_of(members[0]);
    const std::int64_t now_ns = running_->next_time_ns();
    const std::shared_lock guard(running_->state_lock);
    const engine::Engine& engine = running_->ledger->engine();
    if (engine.form() != form) {  // a block changed the rules meanwhile
      form = engine.form();
      continue;
    }
    fill_in(answer, engine.dry_run(std::move(members[0]), now_ns), engine.head().height + 1);
    return answer;
  }
}

void Node::listen(Listener listener) {
  const std::lock_guard guard(running_->listener_lock);
  running_->listener = std::move(listener);
}

void Node::keep_blocks_for(Indexed indexed) {
  const std::lock_guard guard(running_->indexed_lock);
  running_->indexed = std::move(indexed);
}

void Node::read(const Read& read_state) const {
  const std::shared_lock guard(running_->state_lock);
  read_state(running_->ledger->engine(), running_->ledger->undos());
}

void Node::visit(std::optional<std::uint64_t> height, Visits::Visit visit,
                 Visits::Done done) const {
  running_->visits.join(height, std::move(visit), std::move(done));
  running_->pool.wake();
}

crypto::Ed25519Key::Signature Node::sign_paper(const Hash& code_hash) const {
  const Identity& identity = running_->ledger->identity();
  return identity.key.sign(crypto::paper_message(identity.genesis.network_id(), code_hash));
}

Result<log::v1::BlockRecord> Node::read_block(std::uint64_t height) const {
  return running_->ledger->read_block(height);
}

Result<comet::v1::LightBlock> Node::certified(std::uint64_t height) const {
  return running_->certified(height);
}

const std::optional<store::BlockLog::Cut>& Node::cut() const {
  return running_->ledger->cut();
}

std::uint64_t Node::first_block() const {
  return running_->ledger->first_block();
}

Result<std::shared_ptr<const engine::Engine>> Node::past(std::uint64_t height) const {
  std::uint64_t last = 0;
  read([&](const engine::Engine& engine, const auto&) { last = engine.head().height; });
  if (height > last)
    return Fault{"height_ahead", "The ledger stands at height " + std::to_string(last) + "."};
  return running_->ledger->history().held_at(height);
}

Result<std::uint64_t> Node::first_height() const {
  return running_->ledger->history().first_height(first_block());
}

Health Node::health() const {
  return running_->maintenance->health();
}

std::string Node::not_ready() const {
  if (running_->stopping) return "the node is stopping";
  if (running_->maintenance->health().disk_low) return "the disk is almost full";
  if (running_->pool.full()) return "too many transactions wait";
  return running_->not_ready();
}

std::size_t Node::pool_size() const {
  return running_->pool.size();
}

Consensus* Node::consensus() const {
  return running_->consensus();
}

const ledger::v1::Genesis& Node::genesis() const {
  return running_->ledger->identity().genesis;
}

}  // namespace astyq::node
