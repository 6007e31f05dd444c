// SPDX-License-Identifier: Apache-2.0
// Loaded into a node before its libraries, it takes the power away at the n-th write, sync, rename
// or removal below a directory: the process ends there and then, and beside it lies what a disk
// would have kept, told by the syncs alone. support: power_test.cpp, which puts that back.
//
//   ASTYQ_POWER_ROOT    the directory; its files are links to those that are watched
//   ASTYQ_POWER_KEPT    a directory on the same disk for what was synced
//   ASTYQ_POWER_CUT     the number n; 0: never, the actions are only counted
//
//   KEPT/files/INODE    a file as it was when it was last synced
//   KEPT/names/INODE    the names in a directory when it was last synced, a line each: INODE NAME
//   KEPT/held/INODE     a link to each file, so that no number of a file is given twice
//   KEPT/actions        how many actions there were
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <string_view>

namespace {

template <typename Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

std::string path_of(int file) {
  char path[PATH_MAX];
  const std::string link = "/proc/self/fd/" + std::to_string(file);
  const ssize_t size = readlink(link.c_str(), path, sizeof path);
  return size < 0 ? "" : std::string(path, static_cast<std::size_t>(size));
}

std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// All that happens below the root, one action after the other.
class Power {
 public:
  bool watches(std::string_view path) const {
    return !root_.empty() && path.starts_with(root_) && !path.ends_with("/LOCK");
  }
  std::recursive_mutex& lock() { return lock_; }

  // The power goes before the n-th action.
  void act() {
    ++actions_;
    write_file(kept_ + "/actions", std::to_string(actions_));
    if (actions_ == cut_) kill(getpid(), SIGKILL);
  }
  void keep(int file) {
    struct stat status{};
    if (fstat(file, &status) != 0) return;
    if (S_ISDIR(status.st_mode))
      keep_names(path_of(file), status.st_ino);
    else
      keep_bytes(file, status.st_ino);
  }
  void hold(int file) {
    struct stat status{};
    if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) return;
    const std::string held = kept_ + "/held/" + std::to_string(status.st_ino);
    linkat(AT_FDCWD, ("/proc/self/fd/" + std::to_string(file)).c_str(), AT_FDCWD, held.c_str(),
           AT_SYMLINK_FOLLOW);
  }

 private:
  void keep_bytes(int file, ino_t number) const {
    std::string bytes;
    char buffer[65536];
    const std::string again = "/proc/self/fd/" + std::to_string(file);
    const int copy = next<int (*)(const char*, int, ...)>("open")(again.c_str(), O_RDONLY);
    for (ssize_t size = 0; (size = read(copy, buffer, sizeof buffer)) > 0;)
      bytes.append(buffer, static_cast<std::size_t>(size));
    close(copy);
    write_file(kept_ + "/files/" + std::to_string(number), bytes);
  }
  void keep_names(const std::string& path, ino_t number) const {
    std::string names;
    DIR* directory = opendir(path.c_str());
    if (directory == nullptr) return;
    while (const dirent* entry = readdir(directory)) {
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..")
        names += std::to_string(entry->d_ino) + " " + std::string(name) + "\n";
    }
    closedir(directory);
    write_file(kept_ + "/names/" + std::to_string(number), names);
  }
  // Whole or not at all.
  static void write_file(const std::string& path, const std::string& bytes) {
    const std::string other = path + ".new";
    const int file = next<int (*)(const char*, int, ...)>("open")(
        other.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    const auto put = next<ssize_t (*)(int, const void*, size_t)>("write");
    for (std::size_t done = 0; done < bytes.size();) {
      const ssize_t size = put(file, bytes.data() + done, bytes.size() - done);
      if (size <= 0) abort();
      done += static_cast<std::size_t>(size);
    }
    close(file);
    next<int (*)(const char*, const char*)>("rename")(other.c_str(), path.c_str());
  }

  const std::string root_ = from_environment("ASTYQ_POWER_ROOT");
  const std::string kept_ = from_environment("ASTYQ_POWER_KEPT");
  const unsigned long cut_ = std::strtoul(from_environment("ASTYQ_POWER_CUT").c_str(), nullptr, 10);
  unsigned long actions_ = 0;
  std::recursive_mutex lock_;
};

Power& power() {
  static Power* const made = new Power;  // used until the very end
  return *made;
}

// Does what a call does, as an action where it concerns a path that is watched.
template <typename Call>
auto acted(const std::string& path, const Call& call) {
  if (!power().watches(path)) return call();
  const std::lock_guard guard(power().lock());
  power().act();
  return call();
}

template <typename Call>
int synced(int file, const Call& call) {
  if (!power().watches(path_of(file) + "/")) return call();
  const std::lock_guard guard(power().lock());
  power().act();
  const int code = call();
  if (code == 0) power().keep(file);
  return code;
}

int opened(int file, int flags) {
  if (file >= 0 && (flags & O_CREAT) != 0 && power().watches(path_of(file))) {
    const std::lock_guard guard(power().lock());
    power().hold(file);
  }
  return file;
}

mode_t mode_of(int flags, va_list arguments) {
  return (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
}

std::string absolute(const char* path) {
  if (path[0] == '/') return path;
  char here[PATH_MAX];
  return getcwd(here, sizeof here) == nullptr ? path : std::string(here) + "/" + path;
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return opened(next<int (*)(const char*, int, ...)>("open")(path, flags, mode), flags);
}
int open64(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return opened(next<int (*)(const char*, int, ...)>("open64")(path, flags, mode), flags);
}
FILE* fopen(const char* path, const char* mode) {
  FILE* file = next<FILE* (*)(const char*, const char*)>("fopen")(path, mode);
  if (file != nullptr) opened(fileno(file), O_CREAT);
  return file;
}
FILE* fopen64(const char* path, const char* mode) {
  FILE* file = next<FILE* (*)(const char*, const char*)>("fopen64")(path, mode);
  if (file != nullptr) opened(fileno(file), O_CREAT);
  return file;
}
ssize_t write(int file, const void* bytes, size_t size) {
  return acted(path_of(file), [&] {
    return next<ssize_t (*)(int, const void*, size_t)>("write")(file, bytes, size);
  });
}
ssize_t pwrite(int file, const void* bytes, size_t size, off_t at) {
  return acted(path_of(file), [&] {
    return next<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite")(file, bytes, size, at);
  });
}
ssize_t pwrite64(int file, const void* bytes, size_t size, off64_t at) {
  return acted(path_of(file), [&] {
    return next<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64")(file, bytes, size, at);
  });
}
int ftruncate(int file, off_t size) {
  return acted(path_of(file), [&] { return next<int (*)(int, off_t)>("ftruncate")(file, size); });
}
int ftruncate64(int file, off64_t size) {
  return acted(path_of(file),
               [&] { return next<int (*)(int, off64_t)>("ftruncate64")(file, size); });
}
int fsync(int file) {
  return synced(file, [&] { return next<int (*)(int)>("fsync")(file); });
}
int fdatasync(int file) {
  return synced(file, [&] { return next<int (*)(int)>("fdatasync")(file); });
}
int rename(const char* from, const char* to) {
  return acted(absolute(to),
               [&] { return next<int (*)(const char*, const char*)>("rename")(from, to); });
}
int unlink(const char* path) {
  return acted(absolute(path), [&] { return next<int (*)(const char*)>("unlink")(path); });
}
int rmdir(const char* path) {
  return acted(absolute(path), [&] { return next<int (*)(const char*)>("rmdir")(path); });
}
int mkdir(const char* path, mode_t mode) {
  return acted(absolute(path),
               [&] { return next<int (*)(const char*, mode_t)>("mkdir")(path, mode); });
}
int link(const char* from, const char* to) {
  return acted(absolute(to),
               [&] { return next<int (*)(const char*, const char*)>("link")(from, to); });
}

}  // extern "C"
