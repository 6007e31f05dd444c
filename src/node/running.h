// SPDX-License-Identifier: Apache-2.0
#pragma once

// Inside the node only: its threads and what they share.
//
//   verifiers  decode what arrived and check its signatures, as many at once as there are cores
//   producer   executes a block, makes it durable; the only one that changes the ledger
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

#include "node/clock.h"
#include "node/durable_ledger.h"
#include "node/node.h"
#include "node/pool.h"
#include "node/state_lock.h"
#include "node/visits.h"
#include "store/file_system.h"

namespace astyq::node {

// A block that is durable, with those who wait to hear of it; or none, with those who were shown a
// state.
struct Finished {
  std::uint64_t height = 0;
  std::int64_t time_ns = 0;
  engine::BlockResult result;
  std::vector<Pool::Waiting> waiting;
  std::vector<Answer> answers;  // of the waiting ones, in their order
  std::vector<std::function<void()>> visited;
};

struct Node::Running {
  Running(const Config& settings, Directory held);

  void start();
  // What a reader may take as the form of the next block.
  engine::Form form() const;

  // The verifiers' part.
  std::size_t verifiers_wanted() const;
  void verify();
  static void prepare(std::span<const Pool::Place> claimed,
                      const std::shared_ptr<const engine::Form>& form);
  static void turn_away(Pool::Waiting& waiting);
  std::vector<std::uint64_t> owners_of(std::span<const Pool::Place> claimed,
                                       std::shared_ptr<const engine::Form>& form);
  // The producer's.
  void produce();
  Status produce_one();
  void serve_visits();
  bool needs_block() const;
  bool none_is_admitted(const std::vector<engine::Member>& members, std::int64_t time_ns,
                        std::vector<Answer>& answers) const;
  std::vector<engine::Member> members_of(std::vector<Pool::Waiting>& waiting) const;
  Status make_block(std::vector<Pool::Waiting> waiting);
  Status commit(std::vector<engine::Member> members, Finished& block);
  Status checkpoint_if_due();
  Status end_checkpoint();
  void hand_over(Finished block);
  void end(Status status);
  // The finisher's.
  void finish();
  void tell(Finished& block);

  const Directory directory;  // let go last
  const Config config;
  std::unique_ptr<store::FileSystem> files = store::posix_file_system();
  std::unique_ptr<DurableLedger> ledger;
  std::unique_ptr<Maintenance> maintenance;
  mutable StateLock state_lock;
  Pool pool;
  mutable Visits visits;
  std::mutex listener_lock;
  Listener listener;
  std::mutex indexed_lock;
  Indexed indexed;
  ClockWatch clock;
  std::atomic<bool> stopping = false;
  std::atomic<bool> failed = false;  // nothing is verified any more
  std::mutex end_lock;
  std::condition_variable end_changed;
  std::optional<Status> ended;
  std::chrono::steady_clock::time_point last_block = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point last_begin{};
  std::chrono::steady_clock::time_point last_checkpoint = std::chrono::steady_clock::now();
  std::optional<DurableLedger::PendingCheckpoint> pending;  // the producer's, unless it is written
  std::future<Status> written;
  std::mutex finished_lock;
  std::condition_variable finished_changed;
  std::deque<Finished> finished;
  bool no_more = false;  // blocks to finish
  std::vector<std::thread> verifiers;
  std::thread finisher;
  std::mutex stop_lock;
  std::thread producer;
};

}  // namespace astyq::node
