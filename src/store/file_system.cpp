// SPDX-License-Identifier: Apache-2.0
#include "store/file_system.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "crypto/sha256.h"

namespace astyq::store {
namespace {

constexpr std::size_t kCopyBytes = 1u << 20;  // at a time

Fault failed(const char* action, const std::string& path) {
  const int reason = errno;
  return Fault{"file_failed", std::string("Cannot ") + action + " " + path + ": " +
                                  strerrordesc_np(reason) + ". Check the disk and the rights."};
}

std::string directory_above(const std::string& path) {
  const std::size_t end = path.rfind('/');
  if (end == std::string::npos) return ".";
  return end == 0 ? "/" : path.substr(0, end);
}

// Owns a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }
  bool ok() const { return number_ >= 0; }

 private:
  int number_;
};

class PosixFile final : public File {
 public:
  PosixFile(Descriptor descriptor, std::string path)
      : descriptor_(std::move(descriptor)), path_(std::move(path)) {}

  Status append(BytesView bytes) override {
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor_.number(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return failed("write", path_);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return Done{};
  }

  Status overwrite(std::uint64_t offset, BytesView bytes) override {
    while (!bytes.empty()) {
      const ssize_t written =
          ::pwrite(descriptor_.number(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return failed("write", path_);
      offset += static_cast<std::uint64_t>(written);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return Done{};
  }

  Status sync() override {
    if (::fdatasync(descriptor_.number()) != 0) return failed("sync", path_);
    return Done{};
  }

  Result<Bytes> read(std::uint64_t offset, std::size_t size) const override {
    Bytes bytes(size, '\0');
    std::size_t done = 0;
    while (done < size) {
      const ssize_t got = ::pread(descriptor_.number(), bytes.data() + done, size - done,
                                  static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return failed("read", path_);
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
    }
    bytes.resize(done);
    return bytes;
  }

  Result<std::uint64_t> size() const override {
    struct stat status;
    if (::fstat(descriptor_.number(), &status) != 0) return failed("measure", path_);
    return static_cast<std::uint64_t>(status.st_size);
  }

  Status truncate(std::uint64_t size) override {
    if (::ftruncate(descriptor_.number(), static_cast<off_t>(size)) != 0)
      return failed("shorten", path_);
    return Done{};
  }

 private:
  Descriptor descriptor_;
  std::string path_;
};

class PosixLock final : public FileLock {
 public:
  explicit PosixLock(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

 private:
  Descriptor descriptor_;
};

int flags_of(FileSystem::Mode mode) {
  if (mode == FileSystem::Mode::kRead) return O_RDONLY;
  // With O_APPEND Linux writes at the end, whatever the offset.
  return mode == FileSystem::Mode::kOverwrite ? O_RDWR : O_RDWR | O_APPEND | O_CREAT;
}

class PosixFileSystem final : public FileSystem {
 public:
  Result<std::unique_ptr<File>> open(const std::string& path, Mode mode) override {
    Descriptor descriptor(::open(path.c_str(), flags_of(mode) | O_CLOEXEC, 0600));
    if (!descriptor.ok()) return failed("open", path);
    return std::unique_ptr<File>(std::make_unique<PosixFile>(std::move(descriptor), path));
  }

  Result<bool> exists(const std::string& path) override {
    if (::access(path.c_str(), F_OK) == 0) return true;
    if (errno == ENOENT) return false;
    return failed("find", path);
  }

  Status rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) return failed("rename", from);
    return Done{};
  }

  Status remove(const std::string& path) override {
    if (::unlink(path.c_str()) != 0) return failed("remove", path);
    return Done{};
  }

  Result<std::vector<std::string>> list(const std::string& directory) override {
    DIR* const open_directory = ::opendir(directory.c_str());
    if (open_directory == nullptr) return failed("list", directory);
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry = ::readdir(open_directory)) {
      const std::string name = entry->d_name;
      if (name != "." && name != "..") names.push_back(name);
    }
    const int reason = errno;
    ::closedir(open_directory);
    errno = reason;
    if (reason != 0) return failed("list", directory);
    std::sort(names.begin(), names.end());
    return names;
  }

  Result<bool> make_directory(const std::string& directory) override {
    if (::mkdir(directory.c_str(), 0700) == 0) return true;
    if (errno == EEXIST) return false;
    return failed("make", directory);
  }

  Status sync_directory(const std::string& directory) override {
    const Descriptor descriptor(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!descriptor.ok()) return failed("open", directory);
    if (::fsync(descriptor.number()) != 0) return failed("sync", directory);
    return Done{};
  }

  Result<std::uint64_t> free_bytes(const std::string& directory) override {
    struct statvfs disk{};
    if (::statvfs(directory.c_str(), &disk) != 0) return failed("measure the disk of", directory);
    return std::uint64_t{disk.f_bavail} * disk.f_frsize;
  }

  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override {
    Descriptor descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!descriptor.ok()) return failed("open", path);
    if (::flock(descriptor.number(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK) return std::unique_ptr<FileLock>();
      return failed("lock", path);
    }
    const std::string holder = std::to_string(::getpid()) + "\n";
    if (::ftruncate(descriptor.number(), 0) != 0 ||
        ::write(descriptor.number(), holder.data(), holder.size()) < 0)
      return failed("write", path);
    return std::unique_ptr<FileLock>(std::make_unique<PosixLock>(std::move(descriptor)));
  }
};

}  // namespace

std::unique_ptr<FileSystem> posix_file_system() {
  return std::make_unique<PosixFileSystem>();
}

Status FileSystem::create_directory(const std::string& directory) {
  for (std::size_t end = directory.find('/', 1);; end = directory.find('/', end + 1)) {
    const std::string part = directory.substr(0, end);
    const auto made = make_directory(part);
    if (!made) return made.fault();
    // What was there may stand in a directory that this process cannot open.
    if (*made)
      if (Status synced = sync_directory(directory_above(part)); !synced) return synced;
    if (end == std::string::npos) return Done{};
  }
}

Status replace_file(FileSystem& files, const std::string& directory, const std::string& name,
                    BytesView bytes) {
  const std::string path = directory + "/" + name;
  const std::string unfinished = path + ".new";
  {
    auto file = files.open(unfinished, FileSystem::Mode::kAppend);
    if (!file) return file.fault();
    // An earlier attempt may have left some.
    if (Status status = (*file)->truncate(0); !status) return status;
    if (Status status = (*file)->append(bytes); !status) return status;
    if (Status status = (*file)->sync(); !status) return status;
  }
  if (Status status = files.rename(unfinished, path); !status) return status;
  return files.sync_directory(directory);
}

Result<Bytes> read_file(FileSystem& files, const std::string& path, std::size_t most_bytes) {
  auto file = files.open(path, FileSystem::Mode::kRead);
  if (!file) return file.fault();
  auto bytes = (*file)->read(0, most_bytes + 1);
  if (bytes.ok() && bytes->size() > most_bytes)
    return Fault{"file_failed", path + " is larger than it can be. Restore it from a backup."};
  return bytes;
}

Status check_room(FileSystem& files, const std::string& directory, std::uint64_t bytes) {
  const auto free = files.free_bytes(directory);
  if (!free.ok()) return free.fault();
  if (*free >= kLeftFreeBytes && *free - kLeftFreeBytes >= bytes) return Done{};
  return Fault{"disk_full", "The disk of " + directory + " has " + std::to_string(*free >> 20) +
                                " MiB left, of which " + std::to_string(kLeftFreeBytes >> 20) +
                                " stay free. Remove what was begun there, make room or choose "
                                "another disk, and do it again."};
}

Status copy_file(FileSystem& files, const std::string& from, const std::string& to) {
  const auto source = files.open(from, FileSystem::Mode::kRead);
  if (!source) return source.fault();
  const auto size = (*source)->size();
  if (!size) return size.fault();
  if (Status synced = (*source)->sync(); !synced) return synced;
  auto target = files.open(to, FileSystem::Mode::kAppend);
  if (!target) return target.fault();
  if (Status status = (*target)->truncate(0); !status) return status;
  for (std::uint64_t at = 0; at < *size; at += kCopyBytes) {
    const auto bytes = (*source)->read(at, std::min<std::uint64_t>(kCopyBytes, *size - at));
    if (!bytes) return bytes.fault();
    if (Status written = (*target)->append(*bytes); !written) return written;
  }
  return (*target)->sync();
}

Result<FileDigest> digest_of_file(FileSystem& files, const std::string& path) {
  const auto file = files.open(path, FileSystem::Mode::kRead);
  if (!file) return file.fault();
  crypto::Sha256 hash;
  FileDigest digest;
  while (true) {
    const auto bytes = (*file)->read(digest.bytes, kCopyBytes);
    if (!bytes) return bytes.fault();
    if (bytes->empty()) break;
    hash.update(*bytes);
    digest.bytes += bytes->size();
  }
  digest.sha256 = hash.finish();
  return digest;
}

}  // namespace astyq::store
