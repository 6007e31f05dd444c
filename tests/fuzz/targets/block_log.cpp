// SPDX-License-Identifier: Apache-2.0
// Whatever stands on the disk: a log that opens gives back only payloads whose checksum is right,
// and goes on. The first byte chooses between bytes as segments and a good log that is damaged.
#include "store/block_log.h"

#include <algorithm>
#include <map>
#include <set>

#include "crypto/sha256.h"
#include "fuzz/targets/targets.h"
#include "store/block_log_record.h"
#include "support/byte_dice.h"
#include "support/fault_file_system.h"

namespace astyq::fuzz {
namespace {

using store::BlockLog;
using store::RecordHeader;
using store::test::FaultFileSystem;
using test::ByteDice;

constexpr const char* kDirectory = "log";
constexpr std::uint64_t kSmallSegment = 400;
constexpr std::uint64_t kFirstHeight = 3;
constexpr int kAppended = 3;

using Disk = std::map<std::string, Bytes>;
// Height and payload of every whole record that stood anywhere.
using Records = std::set<std::pair<std::uint64_t, Bytes>>;

std::string path_of(std::uint64_t height) {
  std::string digits = std::to_string(height);
  digits.insert(0, store::kSegmentDigits - digits.size(), '0');
  return std::string(kDirectory) + "/" + digits + ".blocks";
}

Disk contents_of(FaultFileSystem& files) {
  Disk disk;
  for (const std::string& path : files.paths())
    if (!files.bytes_of(path).empty()) disk[path] = files.bytes_of(path);
  return disk;
}

Records records_in(const Disk& disk) {
  Records records;
  for (const auto& [path, bytes] : disk) {
    for (std::size_t at = bytes.find(store::kMagic); at != Bytes::npos;
         at = bytes.find(store::kMagic, at + 1)) {
      const BytesView rest = BytesView(bytes).substr(at);
      const auto header = RecordHeader::parse(rest);
      if (!header || header->payload_size > rest.size() - RecordHeader::kSize) continue;
      const BytesView payload = rest.substr(RecordHeader::kSize, header->payload_size);
      const Hash hash = crypto::sha256(header->covered() + Bytes(payload));
      if (view(hash).substr(0, 16) == view(header->checksum))
        records.emplace(header->height, Bytes(payload));
    }
  }
  return records;
}

BlockLog::Options options_of(ByteDice& dice) {
  BlockLog::Options options;
  options.segment_bytes = kSmallSegment;
  if (dice.one_in(2)) options.durable_height = dice.byte();
  return options;
}

void check_reads(const BlockLog& log, const Records& records) {
  bool all_read = true;
  for (std::uint64_t height = log.first_height(); height <= log.last_height(); ++height) {
    const auto payload = log.read(height);
    if (payload.ok())
      ASTYQ_CHECK(records.contains({height, *payload}));
    else
      ASTYQ_CHECK(payload.fault().code == "log_corrupt");
    all_read = all_read && payload.ok();
  }
  ASTYQ_CHECK(log.verify().ok() == all_read);
  ASTYQ_CHECK(!log.read(log.last_height() + 1).ok());
}

// Opens the log, reads all, goes on, opens it again. Returns whether it opened.
bool try_disk(FaultFileSystem& files, const BlockLog::Options& options) {
  const Disk before = contents_of(files);
  std::uint64_t next = kFirstHeight;
  {
    auto log = BlockLog::open(files, kDirectory, options);
    if (!log.ok()) {
      ASTYQ_CHECK(log.fault().code == "log_corrupt");
      ASTYQ_CHECK(contents_of(files) == before);
      return false;
    }
    if (!log->empty()) {
      check_reads(*log, records_in(before));
      next = log->last_height() + 1;
    }
    for (int i = 0; i < kAppended; ++i) {
      ASTYQ_CHECK(log->append(next, Bytes(100 * i, 'n')).ok());
      ASTYQ_CHECK(log->sync().ok());
      ++next;
    }
  }
  const auto again = BlockLog::open(files, kDirectory, options);
  ASTYQ_CHECK(again.ok() && !again->cut() && again->last_height() + 1 == next);
  for (int i = 0; i < kAppended; ++i)
    ASTYQ_CHECK(*again->read(next - kAppended + i) == Bytes(100 * i, 'n'));
  return true;
}

void write(FaultFileSystem& files, std::uint64_t height, BytesView bytes) {
  ASTYQ_CHECK(files.open(path_of(height), store::FileSystem::Mode::kAppend).ok());
  files.bytes_of(path_of(height)) = bytes;
}

void try_bytes(ByteDice& dice) {
  FaultFileSystem files;
  const BlockLog::Options options = options_of(dice);
  const std::uint64_t second = kFirstHeight + dice.byte();
  const BytesView bytes = dice.rest();
  const std::size_t cut = bytes.find("SEGMENT");
  write(files, kFirstHeight, bytes.substr(0, cut));
  if (cut != BytesView::npos && second != kFirstHeight) write(files, second, bytes.substr(cut + 7));
  try_disk(files, options);
}

// A log as a node leaves it; heights up to the result are synced.
std::uint64_t fill(FaultFileSystem& files, ByteDice& dice) {
  BlockLog::Options options;
  options.segment_bytes = kSmallSegment;
  std::uint64_t synced = 0;
  auto log = BlockLog::open(files, kDirectory, options);
  if (!log.ok()) return synced;
  std::uint64_t height = kFirstHeight;
  for (std::size_t count = dice.below(12); count > 0; --count) {
    const Bytes payload(dice.byte(), static_cast<char>('a' + count));
    if (!log->append(height, payload).ok() || !log->sync().ok()) break;
    synced = height++;
  }
  return synced;
}

// Requires: a file is there.
void damage(FaultFileSystem& files, ByteDice& dice) {
  const auto paths = files.paths();
  const std::string& path = dice.pick(paths);
  Bytes& bytes = files.bytes_of(path);
  const std::size_t at = dice.below(bytes.size() + 1);
  switch (dice.below(4)) {
    case 0:
      bytes.resize(at);
      return;
    case 1:
      bytes.insert(at, dice.bytes(dice.below(8)));
      return;
    case 2:
      ASTYQ_CHECK(files.remove(path).ok());
      return;
    default:
      if (at < bytes.size()) bytes[at] = static_cast<char>(bytes[at] ^ (1 + dice.below(255)));
  }
}

void try_damaged(ByteDice& dice) {
  FaultFileSystem files;
  const BlockLog::Options options = options_of(dice);
  files.fail_at(dice.one_in(2) ? 0 : dice.byte());
  const std::uint64_t synced = fill(files, dice);
  std::mt19937_64 random(dice.number());
  files.lose_power(random);
  const Records records = records_in(contents_of(files));
  for (std::uint64_t height = kFirstHeight; height <= synced; ++height)
    ASTYQ_CHECK(std::ranges::any_of(records, [&](const auto& r) { return r.first == height; }));
  bool sound = true;
  for (; !dice.empty() && !files.paths().empty(); sound = false) damage(files, dice);
  const bool opened = try_disk(files, options);
  ASTYQ_CHECK(opened || !sound);
}

void attempt(BytesView input) {
  ByteDice dice(input);
  if (dice.one_in(2))
    try_damaged(dice);
  else
    try_bytes(dice);
}

std::vector<Bytes> seeds() {
  FaultFileSystem files;
  const Bytes sizes("\x0a\x20\x40\x80\xff\x10\x00\x30\x70\x60\x50", 11);
  ByteDice dice(sizes);
  fill(files, dice);
  std::vector<Bytes> made;
  Bytes whole("\x00\x00\x04", 3);
  for (const std::string& path : files.paths()) {
    made.push_back(Bytes("\x00\x01\x02\x00", 4) + files.bytes_of(path));
    whole += files.bytes_of(path) + (made.size() == 1 ? "SEGMENT" : "");
  }
  made.push_back(whole);
  made.push_back(Bytes("\x01\x00\x00", 3) + sizes);
  made.push_back(Bytes("\x01\x01\x05\x01\x11", 5) + sizes + "01234567");
  made.push_back(Bytes("\x01\x00\x00", 3) + sizes + "0123456701234567");
  return made;
}

}  // namespace

Target block_log() {
  return {"block_log", attempt, seeds};
}

}  // namespace astyq::fuzz
