// SPDX-License-Identifier: Apache-2.0
#include "roots/ways.h"

#include <cstdio>
#include <filesystem>
#include <thread>

#include "audit/block_source.h"
#include "engine/snapshot.h"
#include "node/backup.h"
#include "node/restore.h"

namespace astyq::roots {
namespace {

using node::DurableLedger;

constexpr std::uint64_t kBack = 64;        // heights, within the reach of the undos
constexpr std::uint64_t kCheckpoint = 50;  // heights between two
constexpr node::Keeping kKeeping{.checkpoint_s = 0, .checkpoints = 4};

Fault differs(const std::string& way, std::uint64_t height, BytesView here, BytesView there) {
  return Fault{"root_differs", way + ", height " + std::to_string(height) + ": root " +
                                   to_hex(here) + " here, " + to_hex(there) + " in the log"};
}

// A way that is another than its name says would prove nothing.
Status must(bool is_so, const std::string& what) {
  if (is_so) return Done{};
  return Fault{"way_not_taken", what};
}

}  // namespace

Status Ways::all() {
  using Way = Status (Ways::*)();
  for (const Way way :
       {&Ways::from_genesis, &Ways::from_snapshots, &Ways::back_and_again, &Ways::from_backups})
    if (Status came = (this->*way)(); !came.ok()) return came;
  return Done{};
}

Status Ways::reached(const std::string& way, std::uint64_t height, const Hash& root) {
  if (view(root) != recorded_.root(height))
    return differs(way, height, view(root), recorded_.root(height));
  std::printf("%s %llu %s\n", way.c_str(), static_cast<unsigned long long>(height),
              to_hex(view(root)).c_str());
  ++counts_[way];
  return Done{};
}

// As a node has its transactions verified: some by one thread, some by another.
std::vector<engine::Member> Ways::members(std::uint64_t height, const engine::Form& form) const {
  const auto& txs = recorded_.block(height).signed_txs();
  const std::vector<BytesView> views(txs.begin(), txs.end());
  std::vector<std::vector<engine::Member>> parts(threads_);
  {
    std::vector<std::jthread> verifiers;
    for (std::size_t part = 0; part < threads_; ++part)
      verifiers.emplace_back([&, part] {
        const std::size_t begin = views.size() * part / threads_;
        const std::size_t end = views.size() * (part + 1) / threads_;
        parts[part] = engine::prepare(std::span(views).subspan(begin, end - begin), form);
      });
  }
  std::vector<engine::Member> all;
  for (auto& part : parts)
    for (engine::Member& member : part) all.push_back(std::move(member));
  return all;
}

// What an auditor does; it leaves snapshots behind.
Status Ways::from_genesis() {
  const node::Identity& identity = recorded_.identity();
  auto engine = engine::Engine::from_genesis(identity.genesis, identity.annex_key);
  if (!engine.ok()) return engine.fault();
  if (Status same = reached("genesis", 0, engine->tree().root()); !same.ok()) return same;
  audit::BlockSource source(recorded_.log(), threads_);
  for (std::uint64_t height = 1; height <= recorded_.last_height(); ++height) {
    auto block = source.next(engine->form());
    if (!block.ok()) return block.fault();
    const auto result = engine->apply_block({height, recorded_.block(height).time_ns(),
                                             std::move((*block)->members),
                                             engine::misbehaviour_of(recorded_.block(height))});
    if (!result.ok()) return result.fault();
    if (Status same = reached("genesis", height, result->app_hash); !same.ok()) return same;
    if (!recorded_.is_middle(height)) continue;
    if (Status written = engine::write_snapshot(*files_, place("snapshot", height), *engine);
        !written.ok())
      return written;
  }
  return Done{};
}

Status Ways::from_snapshots() {
  for (const std::uint64_t middle : recorded_.middles()) {
    auto engine =
        engine::read_snapshot(*files_, place("snapshot", middle), recorded_.identity().annex_key);
    if (!engine.ok()) return engine.fault();
    if (Status same = reached("snapshot", middle, engine->tree().root()); !same.ok()) return same;
    for (std::uint64_t height = middle + 1; height <= recorded_.last_height(); ++height) {
      const auto result = engine->apply_block({height, recorded_.block(height).time_ns(),
                                               members(height, engine->form()),
                                               engine::misbehaviour_of(recorded_.block(height))});
      if (!result.ok()) return result.fault();
      if (Status same = reached("snapshot", height, result->app_hash); !same.ok()) return same;
    }
  }
  return Done{};
}

Result<std::unique_ptr<DurableLedger>> Ways::open(const std::string& name) {
  return DurableLedger::open(*files_, name + "/ledger", recorded_.identity(), kKeeping);
}

// The block of the next height.
Status Ways::commit(DurableLedger& ledger, const std::string& way) {
  const std::uint64_t height = ledger.engine().head().height + 1;
  const log::v1::BlockRecord& block = recorded_.block(height);
  const auto committed = ledger.commit({block.signed_txs().begin(), block.signed_txs().end()},
                                       members(height, ledger.engine().form()), block.time_ns());
  if (!committed.ok()) return committed.fault();
  if (Status same = reached(way, height, committed->result.app_hash); !same.ok()) return same;
  return height % kCheckpoint == 0 ? ledger.checkpoint() : Status(Done{});
}

Status Ways::commit_to(DurableLedger& ledger, std::uint64_t height, const std::string& way) {
  while (ledger.engine().head().height < height)
    if (Status same = commit(ledger, way); !same.ok()) return same;
  return Done{};
}

Status Ways::go_back(DurableLedger& ledger, std::uint64_t height) {
  if (Status back = ledger.roll_back(height); !back.ok()) return back;
  return reached("rollback", height, ledger.engine().tree().root());
}

// A node that makes the chain, is stopped at times, goes back again and again by its undos, and at
// the end nearly to the beginning; it leaves backups behind.
Status Ways::back_and_again() {
  const std::string node = place("node", 0);
  std::filesystem::create_directories(node);
  for (const char* name : {"genesis.json", "annex.key", "validator.keyring"})
    std::filesystem::copy_file(recorded_.data() + "/" + name, node + "/" + name);
  auto ledger = open(node);
  if (!ledger.ok()) return ledger.fault();
  const std::uint64_t last = recorded_.last_height();
  for (std::uint64_t height = 1; height <= last; ++height) {
    if (Status same = commit_to(**ledger, height, "node"); !same.ok()) return same;
    if (height > kBack && height % kBack == 0) {
      if (Status undone = must((*ledger)->can_undo_to(height - kBack), "there are no undos");
          !undone.ok())
        return undone;
      if (Status same = go_back(**ledger, height - kBack); !same.ok()) return same;
      if (Status same = commit_to(**ledger, height, "rollback"); !same.ok()) return same;
    }
    if (!recorded_.is_middle(height)) continue;
    if (height == 1)
      if (Status written = (*ledger)->checkpoint(); !written.ok()) return written;
    ledger->reset();
    if (const auto made = node::back_up(node, place("backup", height)); !made.ok())
      return made.fault();
    ledger = open(node);
    if (!ledger.ok()) return ledger.fault();
    if (Status same = reached("restart", height, (*ledger)->engine().tree().root()); !same.ok())
      return same;
  }
  if (Status far = must(!(*ledger)->can_undo_to(1), "the undos reach the beginning"); !far.ok())
    return far;
  if (Status same = go_back(**ledger, 1); !same.ok()) return same;
  return commit_to(**ledger, last, "rollback");
}

Status Ways::from_backups() {
  for (const std::uint64_t middle : recorded_.middles())
    if (Status same = from_backup(middle); !same.ok()) return same;
  // With all that the lost node had.
  const std::string whole = place("restored", recorded_.last_height());
  const auto went = node::restore({place("backup", recorded_.middles().back()),
                                   whole,
                                   recorded_.data() + "/node.password",
                                   {.log_tail = recorded_.data() + "/ledger/log"}});
  if (!went.ok()) return went.fault();
  return reached("backup", went->height, went->root);
}

// The node as it was when the backup was taken, which then goes on.
Status Ways::from_backup(std::uint64_t height) {
  const std::string backup = place("backup", height);
  const std::string restored = place("restored", height);
  const auto went = node::restore(
      {backup, restored, recorded_.data() + "/node.password", {.log_tail = backup + "/log"}});
  if (!went.ok()) return went.fault();
  if (Status there = must(went->height == height, "the backup ends at another height"); !there.ok())
    return there;
  if (Status same = reached("backup", height, went->root); !same.ok()) return same;
  auto ledger = open(restored);
  if (!ledger.ok()) return ledger.fault();
  return commit_to(**ledger, recorded_.last_height(), "backup");
}

}  // namespace astyq::roots
