// SPDX-License-Identifier: Apache-2.0
#pragma once

// Inside the node only: its threads and what they share.
//
//   verifiers  decode what arrived and check its signatures, as many at once as there are cores
//   maker      takes what is verified: into blocks of its own, see embedded.h, or into bundles for
//              the consensus of a consortium, see consortium.h
//   keeper     writes checkpoints of the image
//   finisher   tells the listener and the submitters what became of it
//
// They work on three blocks at a time; each waits only for the one before it.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "node/consensus.h"
#include "node/durable_ledger.h"
#include "node/node.h"
#include "node/pool.h"
#include "node/state_lock.h"
#include "node/visits.h"
#include "store/file_system.h"

namespace astyq::node {

// One that waits to hear what became of it.
struct Settled {
  Pool::Waiting waiting;
  std::size_t answer = 0;  // which of the answers is its; of no other one
};

// A block that is durable, with those who wait to hear of it; or none, with those who were shown a
// state or need no block to be told.
struct Finished {
  std::uint64_t height = 0;
  std::int64_t time_ns = 0;
  engine::BlockResult result;
  std::vector<Answer> answers;  // of the block's members, in order; then of others that wait
  std::vector<Settled> settled;
  std::vector<std::function<void()>> visited;
};

struct Node::Running {
  Running(const Config& settings, Directory held);
  virtual ~Running() = default;

  // Requires: the ledger is open.
  void start();
  // What a reader may take as the form of the next block.
  engine::Form form() const;
  // The time that a next block would have, more or less.
  virtual std::int64_t next_time_ns() const = 0;
  virtual Consensus* consensus() { return nullptr; }
  // See Node::certified.
  virtual Result<comet::v1::LightBlock> certified(std::uint64_t height) = 0;
  // Why this kind of node takes no transactions now; empty when it does.
  virtual std::string not_ready() const { return ""; }

 protected:
  // The maker's work of a moment; called again until the node stops and all_made() says so.
  virtual Status make() = 0;
  virtual bool all_made() const = 0;
  // Nothing is made any more, and what is not certain is given up. With the writer's lock.
  virtual void give_up() = 0;

  // Require the writer's lock.
  Status checkpoint_if_due();
  Status finish_checkpoint();
  void hand_over(Finished block);
  // Shows states to those who wait for it. Requires: the writer's lock.
  void serve_visits();

 private:
  void run();
  void end(Status status);
  // The verifiers' part.
  std::size_t verifiers_wanted() const;
  void verify();
  static void prepare(std::span<const Pool::Place> claimed,
                      const std::shared_ptr<const engine::Form>& form);
  static void turn_away(Pool::Waiting& waiting);
  std::vector<std::uint64_t> owners_of(std::span<const Pool::Place> claimed,
                                       std::shared_ptr<const engine::Form>& form);
  // The finisher's.
  void finish();
  void tell(Finished& block);

 public:
  const Directory directory;  // let go last
  const Config config;
  std::unique_ptr<store::FileSystem> files = store::posix_file_system();
  std::unique_ptr<DurableLedger> ledger;
  std::unique_ptr<Maintenance> maintenance;
  std::mutex writer_lock;        // held by the one thread that works towards a change of the ledger
  mutable StateLock state_lock;  // held by whoever reads it, and while it changes
  Pool pool;
  mutable Visits visits;
  std::mutex listener_lock;
  Listener listener;
  std::mutex indexed_lock;
  Indexed indexed;
  std::atomic<bool> stopping = false;
  std::atomic<bool> failed = false;  // nothing is verified any more
  std::mutex end_lock;
  std::condition_variable end_changed;
  std::optional<Status> ended;
  std::chrono::steady_clock::time_point last_checkpoint = std::chrono::steady_clock::now();
  std::optional<DurableLedger::PendingCheckpoint> pending;  // the writer's, unless it is written
  std::future<Status> written;
  std::mutex finished_lock;
  std::condition_variable finished_changed;
  std::deque<Finished> finished;
  bool no_more = false;  // blocks to finish
  std::vector<std::thread> verifiers;
  std::thread finisher;
  std::mutex stop_lock;
  std::thread maker;
};

}  // namespace astyq::node
