// SPDX-License-Identifier: Apache-2.0
#include "store/block_log_test.h"

#include "store/block_log_record.h"

namespace astyq::store {
namespace {

using namespace test;  // NOLINT: the tests' own names

const std::string kFirstFile = "log/000000000005.blocks";

std::string fault_of_opening(FileSystem& files, BlockLog::Options options = small_segments()) {
  const auto log = BlockLog::open(files, "log", options);
  return log.ok() ? "none" : log.fault().code;
}

TEST(BlockLog, GivesBackWhatWasAppendedAlsoAfterOpeningAgain) {
  FaultFileSystem files;
  EXPECT_TRUE(open_log(files).empty());
  fill(files, 60);
  EXPECT_GT(files.paths().size(), 5u);
  BlockLog log = open_log(files);
  EXPECT_FALSE(log.cut());
  expect_heights(log, 5, 60);
  EXPECT_TRUE(log.verify().ok());
  ASSERT_TRUE(log.append(61, payload_of(61)).ok());
  ASSERT_TRUE(log.sync().ok());
  expect_heights(open_log(files), 5, 61);
  EXPECT_EQ(log.read(4).fault().code, "log_missing");
  EXPECT_EQ(log.read(62).fault().code, "log_missing");
}

TEST(BlockLog, CutsALastRecordTornAtEveryByte) {
  FaultFileSystem files;
  fill(files, 8, {});
  const Bytes before = files.bytes_of(kFirstFile);
  {
    BlockLog log = open_log(files, {});
    ASSERT_TRUE(log.append(9, payload_of(9)).ok());
  }
  const Bytes whole = files.bytes_of(kFirstFile);
  for (std::size_t size = before.size() + 1; size < whole.size(); ++size) {
    files.bytes_of(kFirstFile) = whole.substr(0, size);
    BlockLog log = open_log(files, {});
    ASSERT_TRUE(log.cut());
    EXPECT_EQ(log.cut()->height, 9u);
    EXPECT_EQ(log.cut()->bytes, size - before.size());
    EXPECT_EQ(files.bytes_of(kFirstFile), before);
    ASSERT_TRUE(log.append(9, payload_of(9)).ok());
    EXPECT_EQ(files.bytes_of(kFirstFile), whole);
  }
}

TEST(BlockLog, WhoOnlyReadsLeavesTheDiskAsItIs) {
  FaultFileSystem files;
  fill(files, 30);
  BlockLog::Options reading = small_segments();
  reading.read_only = true;
  const std::string last_file = files.paths().back();
  const Bytes whole = files.bytes_of(last_file);
  for (std::size_t lost = 0; lost < whole.size(); ++lost) {
    files.bytes_of(last_file) = whole.substr(0, whole.size() - lost);
    const auto paths = files.paths();
    files.fail_at(1);
    const BlockLog log = open_log(files, reading);
    EXPECT_EQ(files.actions(), 0u);
    files.fail_at(0);
    EXPECT_EQ(files.paths(), paths);
    EXPECT_EQ(files.bytes_of(last_file).size(), whole.size() - lost);
    const bool torn = log.cut().has_value();
    EXPECT_EQ(log.last_height() == 30, lost == 0);
    if (torn) {
      EXPECT_EQ(log.cut()->height, log.last_height() + 1);
    }
    expect_heights(log, 5, log.last_height());
  }
  FaultFileSystem empty;
  EXPECT_EQ(fault_of_opening(empty, reading), "none");
  EXPECT_TRUE(open_log(empty, reading).empty());
}

TEST(BlockLog, CutsALastRecordWithAnyByteChanged) {
  FaultFileSystem files;
  fill(files, 9, {});
  const Bytes whole = files.bytes_of(kFirstFile);
  const std::size_t last = whole.rfind("AQBL");
  for (std::size_t at = last; at < whole.size(); ++at) {
    files.bytes_of(kFirstFile) = whole;
    files.bytes_of(kFirstFile)[at] ^= 0x10;
    const BlockLog log = open_log(files, {});
    ASSERT_TRUE(log.cut()) << at;
    EXPECT_EQ(log.cut()->height, 9u);
    expect_heights(log, 5, 8);
  }
}

TEST(BlockLog, RefusesAChangedByteInTheMiddleAndNamesTheHeight) {
  FaultFileSystem files;
  fill(files, 9, {});
  const Bytes whole = files.bytes_of(kFirstFile);
  const std::size_t last = whole.rfind("AQBL");
  for (std::size_t at = 0; at < last; ++at) {
    // The first record's link leads nowhere, so that the log may begin anywhere; it is checksummed
    // still.
    files.bytes_of(kFirstFile) = whole;
    files.bytes_of(kFirstFile)[at] ^= 0x10;
    ASSERT_EQ(fault_of_opening(files, {}), "log_corrupt") << at;
    const Bytes& kept = files.bytes_of(kFirstFile);
    ASSERT_EQ(kept.size(), whole.size()) << "a refusal changes nothing";
  }
  const auto log = BlockLog::open(files, "log", {});
  EXPECT_NE(log.fault().text.find("height 8"), std::string::npos) << log.fault().text;
}

TEST(BlockLog, NoChangedByteOfAClosedSegmentIsReadAsGood) {
  FaultFileSystem files;
  fill(files, 40);
  const std::vector<std::string> paths = files.paths();
  ASSERT_GT(paths.size(), 3u);
  for (const std::string& path : {paths[0], paths[1]}) {
    const Bytes whole = files.bytes_of(path);
    for (std::size_t at = 0; at < whole.size(); at += 3) {
      files.bytes_of(path)[at] ^= 0x01;
      const auto log = BlockLog::open(files, "log", small_segments());
      const std::string code = !log.ok()            ? log.fault().code
                               : log->verify().ok() ? "none"
                                                    : log->verify().fault().code;
      ASSERT_EQ(code, "log_corrupt") << path << " " << at;
      files.bytes_of(path) = whole;
    }
  }
}

TEST(BlockLog, RefusesAMissingSegment) {
  FaultFileSystem files;
  fill(files, 40);
  const std::vector<std::string> paths = files.paths();
  ASSERT_TRUE(files.remove(paths[paths.size() - 2]).ok());
  EXPECT_EQ(fault_of_opening(files), "log_corrupt");
}

TEST(BlockLog, RefusesTwoRecordsOfDifferentLogsInOneChain) {
  FaultFileSystem files;
  fill(files, 9, {});
  Bytes& bytes = files.bytes_of(kFirstFile);
  const std::size_t last = bytes.rfind("AQBL");
  RecordHeader header = *RecordHeader::parse(BytesView(bytes).substr(last));
  header.previous.fill(1);
  header.checksum = checksum_of(header.covered(), payload_of(9));
  bytes.replace(last, RecordHeader::kSize, header.encode());
  EXPECT_EQ(fault_of_opening(files, {}), "log_corrupt");
}

TEST(BlockLog, CutsAboveTheDurableHeightWhateverFollows) {
  FaultFileSystem files;
  fill(files, 40);
  BlockLog::Options options = small_segments();
  const std::vector<std::string> paths = files.paths();
  files.bytes_of(paths[paths.size() - 1])[60] ^= 1;
  options.durable_height = 20;
  const BlockLog log = open_log(files, options);
  ASSERT_TRUE(log.cut());
  EXPECT_GT(log.cut()->height, 20u);
  expect_heights(log, 5, log.cut()->height - 1);
  expect_heights(open_log(files), 5, log.cut()->height - 1);
}

// The second to last record was synced before the last one was begun: it is no torn tail, even when
// the last one is damaged too.
TEST(BlockLog, RefusesTheLastTwoRecordsDamaged) {
  FaultFileSystem files;
  fill(files, 9, {});
  const Bytes whole = files.bytes_of(kFirstFile);
  const std::size_t last = whole.rfind("AQBL");
  const std::size_t before_last = whole.rfind("AQBL", last - 1);
  for (std::size_t at = before_last + RecordHeader::kSize; at < last; at += 7) {
    Bytes damaged = whole;
    damaged[at] ^= 0x10;
    damaged[last + RecordHeader::kSize + 1] ^= 0x10;
    files.bytes_of(kFirstFile) = damaged;
    ASSERT_EQ(fault_of_opening(files, {}), "log_corrupt") << at;
    ASSERT_EQ(files.bytes_of(kFirstFile), damaged) << "a refusal changes nothing";
    // And with the last one cut short.
    damaged.resize(last + RecordHeader::kSize + 1);
    files.bytes_of(kFirstFile) = damaged;
    ASSERT_EQ(fault_of_opening(files, {}), "log_corrupt") << at;
  }
}

// A checkpoint proves that these heights were acknowledged.
TEST(BlockLog, NeverCutsWhatWasAcknowledged) {
  FaultFileSystem files;
  fill(files, 9, {});
  const Bytes whole = files.bytes_of(kFirstFile);
  const std::size_t last = whole.rfind("AQBL");
  BlockLog::Options options;
  options.acknowledged_height = 9;
  for (std::size_t size = last + 1; size < whole.size(); size += 5) {
    files.bytes_of(kFirstFile) = whole.substr(0, size);
    ASSERT_EQ(fault_of_opening(files, options), "log_corrupt") << size;
    ASSERT_EQ(files.bytes_of(kFirstFile).size(), size) << "a refusal changes nothing";
  }
  files.bytes_of(kFirstFile).clear();
  EXPECT_EQ(fault_of_opening(files, options), "log_corrupt");
  EXPECT_EQ(files.paths(), std::vector<std::string>{kFirstFile});
  options.acknowledged_height = 8;
  files.bytes_of(kFirstFile) = whole.substr(0, last + 1);
  const BlockLog log = open_log(files, options);
  ASSERT_TRUE(log.cut());
  EXPECT_EQ(log.cut()->height, 9u);
}

// The last segment goes with its first record, and the one before it becomes the last.
TEST(BlockLog, LooksAtThePayloadsOfTheSegmentThatIsLastAfterACut) {
  FaultFileSystem files;
  fill(files, 40);
  const std::vector<std::string> paths = files.paths();
  files.bytes_of(paths[paths.size() - 1]).resize(60);
  files.bytes_of(paths[paths.size() - 2]).back() ^= 1;
  EXPECT_EQ(fault_of_opening(files), "log_corrupt");
  EXPECT_EQ(files.paths(), paths);
  BlockLog::Options options = small_segments();
  options.durable_height = 20;
  BlockLog log = open_log(files, options);
  ASSERT_TRUE(log.cut());
  EXPECT_EQ(log.cut()->file, paths[paths.size() - 2]);
  const std::uint64_t next = log.cut()->height;
  expect_heights(log, 5, next - 1);
  ASSERT_TRUE(log.append(next, payload_of(next)).ok());
  ASSERT_TRUE(log.sync().ok());
  expect_heights(open_log(files), 5, next);
}

TEST(BlockLog, TruncatesAboveAnyHeightAndGoesOn) {
  for (std::uint64_t height = 4; height <= 40; ++height) {
    FaultFileSystem files;
    fill(files, 40);
    BlockLog log = open_log(files);
    ASSERT_TRUE(log.truncate_above(height).ok());
    EXPECT_EQ(log.empty(), height < 5);
    if (!log.empty()) expect_heights(log, 5, height);
    ASSERT_TRUE(log.append(height + 1, payload_of(height + 1)).ok());
    ASSERT_TRUE(log.sync().ok());
    const BlockLog again = open_log(files);
    EXPECT_FALSE(again.cut());
    expect_heights(again, height < 5 ? height + 1 : 5, height + 1);
    EXPECT_TRUE(again.verify().ok());
  }
}

TEST(BlockLog, RemovesOldSegmentsOnly) {
  FaultFileSystem files;
  fill(files, 40);
  BlockLog log = open_log(files);
  ASSERT_TRUE(log.remove_below(20).ok());
  EXPECT_GT(log.first_height(), 5u);
  EXPECT_LE(log.first_height(), 20u);
  expect_heights(open_log(files), log.first_height(), 40);
  ASSERT_TRUE(log.remove_below(1'000).ok());
  EXPECT_EQ(open_log(files).last_height(), 40u);
}

TEST(BlockLog, NeverWritesAgainAfterAFailure) {
  FaultFileSystem files;
  BlockLog log = open_log(files);
  ASSERT_TRUE(log.append(5, "a").ok());
  files.fail_at(1);
  EXPECT_EQ(log.sync().fault().code, "log_write_failed");
  files.fail_at(0);
  EXPECT_EQ(log.sync().fault().code, "log_write_failed");
  EXPECT_EQ(log.append(6, "b").fault().code, "log_write_failed");
  EXPECT_EQ(log.truncate_above(4).fault().code, "log_write_failed");
}

TEST(BlockLogDeathTest, AHeightOutOfOrderStopsTheProgram) {
  FaultFileSystem files;
  BlockLog log = open_log(files);
  ASSERT_TRUE(log.append(5, "a").ok());
  EXPECT_DEATH(static_cast<void>(log.append(7, "b")), "CHECK failed");
}

}  // namespace
}  // namespace astyq::store
