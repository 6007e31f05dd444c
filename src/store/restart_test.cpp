// SPDX-License-Identifier: Apache-2.0
// The store as a node uses it: the log of every block, a checkpoint now and then, and after any
// loss of power the last checkpoint with the log above it.
#include <gtest/gtest.h>

#include <functional>

#include "store/block_log.h"
#include "store/row_codec.h"
#include "support/fault_file_system.h"
#include "support/memory_checkpoint.h"
#include "support/store_rows.h"

namespace astyq::store {
namespace {

using namespace test;  // NOLINT: the tests' own names

constexpr std::uint64_t kBlocks = 24;

// Blocks that are nothing but changes, and the state after each.
struct Script {
  explicit Script(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    Model model;
    Tree tree;
    roots.push_back(tree.root());
    for (std::uint64_t height = 1; height <= kBlocks; ++height) {
      blocks.push_back(random_changes(random, model, 8));
      apply_to(model, blocks.back());
      tree.apply(blocks.back());
      roots.push_back(tree.root());
    }
  }
  std::vector<Changes> blocks;  // of height 1, 2, ...
  std::vector<Hash> roots;      // by height
};

// A node that stops at the first fault.
struct Node {
  Node(FileSystem& disk, MemoryImage& disk_image) : files(disk), image(disk_image) {}

  // Loads the checkpoint and replays the log above it.
  Status start() {
    auto loaded = image.load();
    if (!loaded) return loaded.fault();
    if (loaded->has_value()) {
      height = (*loaded)->height;
      tree = std::move((*loaded)->tree);
      undos = std::move((*loaded)->undos);
    }
    auto opened = BlockLog::open(files, "log", {.segment_bytes = 1'500});
    if (!opened) return opened.fault();
    log.emplace(std::move(*opened));
    while (!log->empty() && height < log->last_height()) {
      const auto record = log->read(height + 1);
      if (!record) return record.fault();
      execute(*decode_changes(*record));
    }
    return Done{};
  }
  void execute(const Changes& changes) {
    dirty.add(changes);
    undos.push(++height, tree.apply(changes));
  }
  Status block(const Changes& changes) {
    if (Status status = log->append(height + 1, encode_changes(changes)); !status) return status;
    if (Status status = log->sync(); !status) return status;
    execute(changes);
    if (height % 5 != 0) return Done{};
    Status status = image.write(height, tree.root(), dirty.newest(), undos.hold());
    undos.release();
    if (!status) return status;
    dirty.take();
    return log->remove_below(height);
  }

  FileSystem& files;
  MemoryCheckpoint image;
  std::optional<BlockLog> log;
  Tree tree;
  UndoRing undos;
  DirtyRows dirty;
  std::uint64_t height = 0;
};

// Writes blocks until the end or a fault; returns the height that was acknowledged.
std::uint64_t run(Node& node, const Script& script) {
  if (!node.start().ok()) return 0;
  while (node.height < kBlocks)
    if (!node.block(script.blocks[node.height]).ok()) break;
  return node.height;
}

// A run of a script on a disk that fails at an action; true once all of it came before that.
using FailingRun = std::function<bool(const Script&, std::uint64_t action, std::mt19937_64&)>;

// Ten scripts, the disk of each failing at every action in turn.
void at_every_action(const FailingRun& failing_run) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const Script script(seed);
    bool whole_run = false;
    for (std::uint64_t action = 1; !whole_run; ++action) {
      SCOPED_TRACE("seed " + std::to_string(seed) + " action " + std::to_string(action));
      std::mt19937_64 random(seed * 1'000 + action);
      whole_run = failing_run(script, action, random);
      if (testing::Test::HasFailure()) return;
    }
  }
}

void expect_start(Node& node, const Script& script, std::uint64_t acknowledged) {
  const Status status = node.start();
  ASSERT_TRUE(status.ok()) << status.fault().text;
  ASSERT_GE(node.height, acknowledged);
  ASSERT_EQ(node.tree.root(), script.roots[node.height]);
}

// The disk fails and the node starts again at once: what it then says lasts, the power gone after.
TEST(Restart, WhatAStartInTheSameBootBuildsOnOutlivesALossOfPower) {
  at_every_action([](const Script& script, std::uint64_t action, std::mt19937_64& random) {
    FaultFileSystem files;
    MemoryImage image;
    EXPECT_TRUE(files.create_directory("log").ok());
    files.fail_at(action);
    bool whole_run = false;
    {
      Node node(files, image);
      whole_run = run(node, script) == kBlocks;
    }
    files.fail_at(0);
    std::uint64_t acknowledged = 0;
    {
      Node node(files, image);
      EXPECT_TRUE(node.start().ok());
      acknowledged = node.height;
      if (acknowledged < kBlocks && action % 2 == 0) {
        EXPECT_TRUE(node.block(script.blocks[acknowledged]).ok());
        ++acknowledged;
      }
    }
    files.lose_power(random);
    Node node(files, image);
    expect_start(node, script, acknowledged);
    return whole_run;
  });
}

TEST(Restart, GivesTheAcknowledgedStateWhereverThePowerGoes) {
  at_every_action([](const Script& script, std::uint64_t action, std::mt19937_64& random) {
    FaultFileSystem files;
    MemoryImage image;
    files.fail_at(action);
    std::uint64_t acknowledged = 0;
    {
      Node node(files, image);
      acknowledged = run(node, script);
    }
    files.lose_power(random);
    Node node(files, image);
    expect_start(node, script, acknowledged);
    EXPECT_EQ(run(node, script), kBlocks);
    EXPECT_EQ(node.tree.root(), script.roots.back());
    // What undo gives after a restart is what it would have given without.
    node.undos.rollback(node.tree, kBlocks - 4);
    EXPECT_EQ(node.tree.root(), script.roots[kBlocks - 4]);
    return acknowledged == kBlocks;
  });
}

}  // namespace
}  // namespace astyq::store
