// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace astyq::store {

// An open file. Closing never fails: what must last was synced before.
class File {
 public:
  virtual ~File() = default;
  // Writes at the end. After a fault some of the bytes may stand there.
  virtual Status append(BytesView bytes) = 0;
  // Writes over what stands at `offset`, for the next sync. Requires: opened with kOverwrite; the
  // file reaches that far.
  virtual Status overwrite(std::uint64_t offset, BytesView bytes) = 0;
  // Returns once all that was appended, and the size, survive a loss of power. After a fault
  // nothing is known about what lasts: a second call that succeeds proves nothing, unless the bytes
  // were written again before it.
  virtual Status sync() = 0;
  // Fewer bytes only at the end of the file.
  virtual Result<Bytes> read(std::uint64_t offset, std::size_t size) const = 0;
  virtual Result<std::uint64_t> size() const = 0;
  virtual Status truncate(std::uint64_t size) = 0;
};

// Held until destroyed, or until the process ends in whatever way.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

// What the store asks of a disk; tests put a failing one in its place.
// Errors of all: `file_failed`, the text names the path and the system's reason.
class FileSystem {
 public:
  enum class Mode { kRead, kAppend, kOverwrite };

  virtual ~FileSystem() = default;
  // kAppend makes the file where there is none; its name lasts only after sync_directory.
  virtual Result<std::unique_ptr<File>> open(const std::string& path, Mode mode) = 0;
  virtual Result<bool> exists(const std::string& path) = 0;
  // Replaces `to` at once.
  virtual Status rename(const std::string& from, const std::string& to) = 0;
  virtual Status remove(const std::string& path) = 0;
  // Names within the directory, ascending, without "." and "..".
  virtual Result<std::vector<std::string>> list(const std::string& directory) = 0;
  // Makes the directory and what is missing above it, durably; nothing happens if it is there.
  Status create_directory(const std::string& directory);
  // One directory in another that is there; its name lasts only after sync_directory. Whether it
  // was missing.
  virtual Result<bool> make_directory(const std::string& directory) = 0;
  // Returns once made, renamed and removed names survive a loss of power.
  virtual Status sync_directory(const std::string& directory) = 0;
  // What unprivileged programs may still write on the disk of a directory.
  virtual Result<std::uint64_t> free_bytes(const std::string& directory) = 0;
  // Makes the file, locks it and writes this process's id into it, as a decimal line.
  // Nothing (a null pointer) when another holds it.
  virtual Result<std::unique_ptr<FileLock>> lock(const std::string& path) = 0;
};

// The disk itself, by POSIX calls. Files and directories are private to their owner (0600, 0700).
std::unique_ptr<FileSystem> posix_file_system();

// Writes a small file whole: under another name, synced, renamed, the directory synced.
Status replace_file(FileSystem& files, const std::string& directory, const std::string& name,
                    BytesView bytes);
// All of a small file. Errors: `file_failed`, also for more than `most_bytes`.
Result<Bytes> read_file(FileSystem& files, const std::string& path, std::size_t most_bytes);
// Copies a file as it is now into a new one, durably; the directory of `to` is not synced. The
// source is synced first: what a copy has its original does not lose.
Status copy_file(FileSystem& files, const std::string& from, const std::string& to);
// What is written for others leaves this much, so that the node beside it can go on. Faults:
// `disk_full` when so many bytes more would not.
inline constexpr std::uint64_t kLeftFreeBytes = 64u << 20;
Status check_room(FileSystem& files, const std::string& directory, std::uint64_t bytes);
// SHA-256 of a file and its size.
struct FileDigest {
  std::uint64_t bytes = 0;
  Hash sha256{};
};
Result<FileDigest> digest_of_file(FileSystem& files, const std::string& path);

}  // namespace astyq::store
