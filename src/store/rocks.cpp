// SPDX-License-Identifier: Apache-2.0
#include "store/rocks.h"

#include <rocksdb/env.h>
#include <rocksdb/sst_file_manager.h>
#include <sys/statvfs.h>

namespace astyq::store {
namespace {

constexpr std::int64_t kForgottenBytesPerSecond = 64 << 20;
constexpr std::uint64_t kForgottenBytesAtOnce = 1 << 20;
constexpr std::int64_t kHoweverMuch = 1'000'000;  // in relation to what is kept

class SilentLog final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

}  // namespace

// Few threads and no new paths of this RocksDB (7.8): no async_io, at most two write buffers.
rocksdb::Options rocks_options() {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.paranoid_checks = true;
  options.max_background_jobs = 2;
  options.max_write_buffer_number = 2;
  options.write_buffer_size = 64u << 20;
  options.compression = rocksdb::kLZ4Compression;
  // Keys fall anywhere: level by level each would be written some twenty times, so a few.
  options.compaction_style = rocksdb::kCompactionStyleUniversal;
  options.level0_file_num_compaction_trigger = 8;
  options.max_open_files = 50;           // the process has others to open: node/descriptors.h
  options.table_cache_numshardbits = 2;  // each shard rounds its share up
  options.keep_log_file_num = 2;
  options.info_log_level = rocksdb::WARN_LEVEL;
  // A file that is written at once at its end holds up the log's next sync.
  options.bytes_per_sync = 1u << 20;
  options.wal_bytes_per_sync = 1u << 20;
  // On a disk that is told of every block that becomes free, a large file that goes at once holds
  // up the log's syncs: files go in small pieces.
  rocksdb::Status made;
  options.sst_file_manager.reset(rocksdb::NewSstFileManager(
      options.env, options.env->GetFileSystem(), nullptr, "", kForgottenBytesPerSecond, true, &made,
      kHoweverMuch, kForgottenBytesAtOnce));
  // Its threads are in no hurry either.
  for (const auto pool : {rocksdb::Env::LOW, rocksdb::Env::HIGH})
    options.env->LowerThreadPoolCPUPriority(pool, rocksdb::CpuPriority::kIdle);
  return options;
}

rocksdb::Options rocks_read_only_options() {
  rocksdb::Options options = rocks_options();
  options.create_if_missing = false;
  options.info_log.reset(new SilentLog());
  return options;
}

std::optional<std::uint64_t> free_bytes(const std::string& path) {
  struct statvfs disk{};
  const std::string parent = path.substr(0, path.rfind('/') + 1) + ".";
  if (::statvfs(path.c_str(), &disk) != 0 && ::statvfs(parent.c_str(), &disk) != 0)
    return std::nullopt;
  return std::uint64_t{disk.f_bavail} * disk.f_frsize;
}

}  // namespace astyq::store
