// SPDX-License-Identifier: Apache-2.0
#pragma once

// A disk in memory that fails on request and, when the power goes, keeps of what was not synced
// only what chance leaves: any subset of sectors, any beginning of the list of new, renamed and
// removed names, and nothing below a directory whose own name is lost. As on a real one, bytes
// whose sync failed are read back and no later sync keeps them, unless they are written again.

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <random>
#include <set>

#include "base/check.h"
#include "store/file_system.h"

namespace astyq::store::test {

class FaultFileSystem final : public FileSystem {
 public:
  static constexpr std::size_t kSector = 512;

  // The write, sync, rename, remove or truncate with this number (from 1) fails, and all after it:
  // an append leaves half of its bytes. 0: none fails.
  void fail_at(std::uint64_t action) {
    fail_at_ = action;
    actions_ = 0;
  }
  std::uint64_t actions() const { return actions_; }

  // The power goes and comes back: open files must be closed before.
  void lose_power(std::mt19937_64& random) {
    for (Content& content : contents_) keep_by_chance(content, random);
    const std::size_t kept = random() % (name_changes_.size() + 1);
    for (std::size_t i = 0; i < kept; ++i) name_changes_[i].make(lasting_names_);
    name_changes_.clear();
    for (const auto& [path, content] : names_)
      if (content == kDirectory && lasting_names_.count(path) == 0) lose_below(path);
    names_ = lasting_names_;
    fail_at(0);
  }

  // The bytes on the disk, for tests that damage them.
  Bytes& bytes_of(const std::string& path) { return contents_[names_.at(path)].now; }
  std::vector<std::string> paths() const {
    std::vector<std::string> paths;
    for (const auto& [path, content] : names_)
      if (content != kDirectory) paths.push_back(path);
    return paths;
  }

  Result<std::unique_ptr<File>> open(const std::string& path, Mode mode) override {
    auto found = names_.find(path);
    if (found == names_.end()) {
      if (mode != Mode::kAppend) return Fault{"file_failed", "no such file: " + path};
      if (!may_act()) return failure();
      const std::size_t number = contents_.size();
      contents_.emplace_back();
      change_names(path, [path, number](Names& names) { names[path] = number; });
      found = names_.find(path);
    }
    if (found->second == kDirectory) return Fault{"file_failed", path + " is a directory"};
    return std::unique_ptr<File>(std::make_unique<MemoryFile>(*this, found->second));
  }

  Result<bool> exists(const std::string& path) override { return names_.count(path) != 0; }

  Status rename(const std::string& from, const std::string& to) override {
    if (!may_act()) return failure();
    if (names_.count(from) == 0) return Fault{"file_failed", "no such file: " + from};
    change_names(to, [from, to](Names& names) {
      const auto found = names.find(from);
      if (found == names.end()) return;
      const std::size_t number = found->second;
      names.erase(found);
      names[to] = number;
    });
    return Done{};
  }

  Status remove(const std::string& path) override {
    if (!may_act()) return failure();
    if (names_.count(path) == 0) return Fault{"file_failed", "no such file: " + path};
    change_names(path, [path](Names& names) { names.erase(path); });
    return Done{};
  }

  Result<std::vector<std::string>> list(const std::string& directory) override {
    std::vector<std::string> found;
    const std::string beginning = directory + "/";
    for (const auto& [path, content] : names_)
      if (path.starts_with(beginning) && path.find('/', beginning.size()) == std::string::npos)
        found.push_back(path.substr(beginning.size()));
    return found;
  }

  Result<bool> make_directory(const std::string& directory) override {
    if (names_.count(directory) != 0) return false;
    if (!may_act()) return failure();
    change_names(directory, [directory](Names& names) { names[directory] = kDirectory; });
    return true;
  }

  Status sync_directory(const std::string& directory) override {
    if (!may_act()) return failure();
    std::erase_if(name_changes_, [&](const NameChange& change) {
      if (change.directory != directory) return false;
      change.make(lasting_names_);
      return true;
    });
    return Done{};
  }

  Result<std::uint64_t> free_bytes(const std::string&) override { return free_bytes_.load(); }
  void leave_free(std::uint64_t bytes) { free_bytes_ = bytes; }

  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override {
    if (auto file = open(path, Mode::kAppend); !file) return file.fault();
    bytes_of(path) = "4711\n";
    if (!locked_.insert(path).second) return std::unique_ptr<FileLock>();
    return std::unique_ptr<FileLock>(std::make_unique<MemoryLock>(*this, path));
  }

 private:
  using Names = std::map<std::string, std::size_t>;
  struct NameChange {
    std::string directory;  // whose sync keeps it
    std::function<void(Names&)> make;
  };
  static constexpr std::size_t kDirectory = SIZE_MAX;  // in the place of a content
  struct Content {
    Bytes now;
    Bytes synced;
    std::set<std::size_t> given_up;  // sectors that no sync writes
  };

  class MemoryFile final : public File {
   public:
    MemoryFile(FaultFileSystem& disk, std::size_t number) : disk_(disk), number_(number) {}
    Status append(BytesView bytes) override {
      if (!disk_.may_act()) {
        if (disk_.just_failed()) put(content().now.size(), bytes.substr(0, bytes.size() / 2));
        return disk_.failure();
      }
      put(content().now.size(), bytes);
      return Done{};
    }
    Status overwrite(std::uint64_t offset, BytesView bytes) override {
      ASTYQ_CHECK(offset + bytes.size() <= content().now.size());
      if (!disk_.may_act()) {
        if (disk_.just_failed()) put(offset, bytes.substr(0, bytes.size() / 2));
        return disk_.failure();
      }
      put(offset, bytes);
      return Done{};
    }
    Status sync() override {
      if (!disk_.may_act()) {
        give_up(content());
        return disk_.failure();
      }
      Bytes written = content().now;
      for (const std::size_t sector : content().given_up) {
        const std::size_t at = sector * kSector;
        for (std::size_t i = at; i < std::min(at + kSector, written.size()); ++i)
          written[i] = i < content().synced.size() ? content().synced[i] : '\0';
      }
      content().synced = std::move(written);
      return Done{};
    }
    Result<Bytes> read(std::uint64_t offset, std::size_t size) const override {
      const Bytes& bytes = disk_.contents_[number_].now;
      return offset < bytes.size() ? bytes.substr(offset, size) : Bytes();
    }
    Result<std::uint64_t> size() const override { return disk_.contents_[number_].now.size(); }
    Status truncate(std::uint64_t size) override {
      if (!disk_.may_act()) return disk_.failure();
      content().now.resize(size);
      return Done{};
    }

   private:
    void put(std::uint64_t offset, BytesView bytes) {
      Bytes& now = content().now;
      now.replace(offset, std::min<std::size_t>(bytes.size(), now.size() - offset), bytes);
      for (std::size_t at = offset / kSector; at * kSector < offset + bytes.size(); ++at)
        content().given_up.erase(at);
    }
    Content& content() { return disk_.contents_[number_]; }
    FaultFileSystem& disk_;
    std::size_t number_;
  };

  class MemoryLock final : public FileLock {
   public:
    MemoryLock(FaultFileSystem& disk, std::string path) : disk_(disk), path_(std::move(path)) {}
    ~MemoryLock() override { disk_.locked_.erase(path_); }

   private:
    FaultFileSystem& disk_;
    std::string path_;
  };

  bool may_act() { return ++actions_ < fail_at_ || fail_at_ == 0; }
  bool just_failed() const { return actions_ == fail_at_; }
  static Fault failure() { return Fault{"file_failed", "the disk failed on request"}; }

  void change_names(const std::string& path, const std::function<void(Names&)>& change) {
    change(names_);
    const std::size_t end = path.rfind('/');
    name_changes_.push_back({end == std::string::npos ? "." : path.substr(0, end), change});
  }
  void lose_below(const std::string& directory) {
    std::erase_if(lasting_names_,
                  [&](const auto& name) { return name.first.starts_with(directory + "/"); });
  }

  static void give_up(Content& content) {
    for (std::size_t at = 0; at < content.now.size(); at += kSector)
      if (at >= content.synced.size() ||
          content.now.compare(at, kSector, content.synced, at, kSector) != 0)
        content.given_up.insert(at / kSector);
  }

  static void keep_by_chance(Content& content, std::mt19937_64& random) {
    content.given_up.clear();
    // A length is changed at once: a file that was only made shorter lost no byte before its end.
    if (content.synced.starts_with(content.now)) {
      if (random() % 2 == 0) content.now = content.synced;
      content.synced = content.now;
      return;
    }
    const std::size_t least = std::min(content.now.size(), content.synced.size());
    const std::size_t most = std::max(content.now.size(), content.synced.size());
    Bytes kept(least + random() % (most - least + 1), '\0');
    for (std::size_t at = 0; at < kept.size(); at += kSector) {
      const Bytes& source = random() % 2 == 0 ? content.now : content.synced;
      const std::size_t end = std::min({kept.size(), at + kSector, source.size()});
      if (at < end) std::copy(source.begin() + at, source.begin() + end, kept.begin() + at);
    }
    content.now = kept;
    content.synced = kept;
  }

  std::vector<Content> contents_;
  Names names_, lasting_names_;
  std::vector<NameChange> name_changes_;
  std::set<std::string> locked_;
  std::atomic<std::uint64_t> free_bytes_ = UINT64_MAX;
  std::uint64_t fail_at_ = 0;
  std::uint64_t actions_ = 0;
};

}  // namespace astyq::store::test
