// SPDX-License-Identifier: Apache-2.0
// What of a block log outlives a loss of power.
#include <random>

#include "store/block_log_test.h"

namespace astyq::store {
namespace {

using namespace test;  // NOLINT: the tests' own names

// The record is read back whole by a process that starts again before the power goes.
TEST(BlockLog, MakesDurableWhatAFailedSyncLeftInMemory) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    std::mt19937_64 random(seed);
    FaultFileSystem files;
    fill(files, 8, {});
    {
      BlockLog log = open_log(files, {});
      ASSERT_TRUE(log.append(9, payload_of(9)).ok());
      files.fail_at(1);
      ASSERT_EQ(log.sync().fault().code, "log_write_failed");
      files.fail_at(0);
    }
    {
      BlockLog log = open_log(files, {});
      expect_heights(log, 5, 9);
      ASSERT_TRUE(log.append(10, payload_of(10)).ok());
      ASSERT_TRUE(log.sync().ok());
    }
    files.lose_power(random);
    expect_heights(open_log(files, {}), 5, 10);
    if (HasFailure()) return;
  }
}

// As a process leaves it that is ended between the two.
TEST(BlockLog, MakesDurableWhatWasAppendedAndNeverSynced) {
  for (const std::uint64_t durable_height : {std::uint64_t{UINT64_MAX}, std::uint64_t{8}})
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
      std::mt19937_64 random(seed);
      FaultFileSystem files;
      fill(files, 8, {});
      BlockLog::Options options;
      options.durable_height = durable_height;
      const std::uint64_t last = durable_height == 8 ? 12 : 9;
      {
        BlockLog log = open_log(files, options);
        for (std::uint64_t height = 9; height <= last; ++height)
          ASSERT_TRUE(log.append(height, payload_of(height)).ok());
      }
      expect_heights(open_log(files, options), 5, last);
      files.lose_power(random);
      expect_heights(open_log(files, options), 5, last);
      if (HasFailure()) return;
    }
}

// What a writer was told, and what it had tried.
struct Promise {
  std::uint64_t acknowledged = 4;
  std::uint64_t appended = 4;
};

// Appends and syncs some blocks; false at the first failure.
bool write_blocks(BlockLog& log, Promise& promise) {
  for (int i = 0; i < 6; ++i) {
    const std::uint64_t height = promise.acknowledged + 1;
    promise.appended = std::max(promise.appended, height);
    if (!log.append(height, payload_of(height)).ok() || !log.sync().ok()) return false;
    promise.acknowledged = height;
  }
  return true;
}

bool take_back_three(BlockLog& log, Promise& promise) {
  promise.acknowledged -= 3;
  if (!log.truncate_above(promise.acknowledged).ok()) return false;
  promise.appended = promise.acknowledged;
  return true;
}

// Three openings of a log with blocks written at each; false at the first failure.
bool run_writer(FileSystem& files, Promise& promise) {
  for (int round = 0; round < 3; ++round) {
    auto log = BlockLog::open(files, "log", small_segments());
    if (!log.ok() || !write_blocks(*log, promise)) return false;
    if (round == 1 && !take_back_three(*log, promise)) return false;
    if (!write_blocks(*log, promise)) return false;
  }
  return true;
}

// One run with the power lost at the action with this number: what was acknowledged is there, and
// only what was appended. False once the run has fewer actions.
bool fails_and_survives(std::uint64_t action, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  FaultFileSystem files;
  Promise promise;
  files.fail_at(action);
  const bool failed = !run_writer(files, promise);
  files.fail_at(0);
  if (failed) files.lose_power(random);
  const BlockLog log = open_log(files);
  const std::uint64_t last = log.empty() ? 4 : log.last_height();
  EXPECT_GE(last, promise.acknowledged) << "action " << action << " seed " << seed;
  EXPECT_LE(last, promise.appended) << "action " << action << " seed " << seed;
  if (!log.empty()) expect_heights(log, 5, last);
  return failed;
}

TEST(BlockLog, LosesNothingAcknowledgedWhereverThePowerGoes) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    std::uint64_t action = 1;
    while (fails_and_survives(action, seed * 1'000 + action) && !HasFailure()) ++action;
    EXPECT_GT(action, 70u);
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace astyq::store
