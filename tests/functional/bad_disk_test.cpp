// SPDX-License-Identifier: Apache-2.0
// A disk that is full, read-only, or whose files may not grow: a fault with a code, nothing that
// was acknowledged is lost, and with room the node goes on.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "store/image.h"
#include "support/acts.h"
#include "support/programs.h"
#include "support/temporary_directory.h"

namespace astyq::test {
namespace {

constexpr const char* kSize = "size=256m,nr_inodes=4000";

// A disk of its own in memory, seen by this process and its children alone.
class SmallDisk {
 public:
  explicit SmallDisk(std::string path) : path_(std::move(path)) {
    std::filesystem::create_directories(path_);
    ready_ = ::unshare(CLONE_NEWNS) == 0 &&
             ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
             ::mount("tmpfs", path_.c_str(), "tmpfs", 0, kSize) == 0;
  }
  ~SmallDisk() {
    if (ready_) ::umount2(path_.c_str(), MNT_DETACH);
  }
  bool ready() const { return ready_; }
  // Takes space until so much is left.
  void leave_free(std::uint64_t bytes) const {
    if (std::filesystem::space(path_).available < bytes) free_all();
    const int file = ::open((path_ + "/filler").c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
    const auto free = std::filesystem::space(path_).available;
    // Others may write meanwhile: the last of it goes page by page.
    constexpr std::uint64_t kLast = 8u << 20;
    if (free > std::max(bytes, kLast))
      (void)::posix_fallocate(file, ::lseek(file, 0, SEEK_END),
                              static_cast<off_t>(free - std::max(bytes, kLast)));
    const std::string page(4'096, 'x');
    while (std::filesystem::space(path_).available > bytes &&
           ::write(file, page.data(), page.size()) > 0) {
    }
    ::close(file);
  }
  void free_all() const { std::filesystem::remove(path_ + "/filler"); }
  void set_read_only(bool on) const {
    ASSERT_EQ(::mount(nullptr, path_.c_str(), nullptr, MS_REMOUNT | (on ? MS_RDONLY : 0), kSize),
              0);
  }

 private:
  std::string path_;
  bool ready_ = false;
};

// The largest file of this process's children, while it lives.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(std::uint64_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

struct BadDisk : testing::Test {
  TemporaryDirectory directory;
  Acts acts{"bad disk"};
  std::vector<std::string> acknowledged;

  std::optional<Reply> send(const Daemon& daemon) {
    const Acts::Act act = acts.next();
    auto answer = Acts::send(daemon, act);
    if (answer && answer->status == 201) acknowledged.push_back(act.id);
    return answer;
  }
  void expect_all_there(const Daemon& daemon) const {
    ASSERT_FALSE(acknowledged.empty());
    for (const std::string& id : acknowledged) EXPECT_EQ(acts.find(daemon, id)->status, 200) << id;
  }
  // astyqd's exit code and what it said.
  std::string said_by(const std::string& words) const {
    const Ran ran = shell(directory / ".", "timeout 60 $astyqd " + words);
    return "exit " + std::to_string(ran.exit) + "\n" + ran.out + ran.err;
  }
};

TEST_F(BadDisk, almost_full_it_takes_nothing_until_there_is_room) {
  const SmallDisk disk(directory / "disk");
  if (!disk.ready()) GTEST_SKIP() << "mounting is not allowed here";
  const std::string data = directory / "disk/node";
  std::filesystem::create_directories(data);
  std::ofstream(data + "/node.toml") << "disk_reserve_mib = 128\n";
  {
    Daemon daemon(data);
    ASSERT_EQ(send(daemon)->status, 201);
    disk.leave_free(100u << 20);
    std::optional<Reply> refused;
    while ((refused = send(daemon)) && refused->status == 201)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    ASSERT_TRUE(refused.has_value());
    EXPECT_EQ(refused->status, 503);
    EXPECT_NE(refused->body.find("\"code\":\"disk_low\""), std::string::npos) << refused->body;
    EXPECT_EQ(daemon.get("/health/ready")->status, 503);
    EXPECT_EQ(daemon.get("/v1/parties/1")->status, 200);
    EXPECT_NE(daemon.get("/metrics")->body.find("astyq_disk_low 1\n"), std::string::npos);
    // Quite full: nothing is written, so nothing fails.
    disk.leave_free(0);
    expect_all_there(daemon);
    disk.free_all();
    while (send(daemon)->status != 201) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    disk.leave_free(0);
    EXPECT_EQ(daemon.stop(SIGKILL), 128 + SIGKILL);
  }
  const std::string said = said_by("--listen 127.0.0.1:0 --data " + data);
  EXPECT_TRUE(said.starts_with("exit 1\nastyqd: disk_full") ||
              said.starts_with("exit 1\nastyqd: file_failed"))
      << said;
  disk.free_all();
  Daemon again(data);
  expect_all_there(again);
  EXPECT_EQ(send(again)->status, 201);
}

TEST_F(BadDisk, read_only_it_is_told_and_read) {
  const SmallDisk disk(directory / "disk");
  if (!disk.ready()) GTEST_SKIP() << "mounting is not allowed here";
  const std::string data = directory / "disk/node";
  std::filesystem::create_directories(data);
  std::ofstream(data + "/node.toml") << "disk_reserve_mib = 128\n";
  {
    Daemon daemon(data);
    ASSERT_EQ(send(daemon)->status, 201);
    EXPECT_EQ(daemon.stop(SIGTERM), 0);
  }
  disk.set_read_only(true);
  const std::string said = said_by("--listen 127.0.0.1:0 --data " + data);
  EXPECT_TRUE(said.starts_with("exit 1\nastyqd: file_failed: ")) << said;
  EXPECT_NE(said.find("Read-only file system"), std::string::npos) << said;
  EXPECT_TRUE(said_by("status --data " + data).starts_with("exit 0\n"));
  const std::string backed_up = said_by("backup " + (directory / "backup") + " --data " + data);
  EXPECT_TRUE(backed_up.starts_with("exit 0\n")) << backed_up;
  EXPECT_TRUE(said_by("backup " + (directory / "disk/backup") + " --data " + data)
                  .starts_with("exit 1\nastyqd: file_failed"));
  disk.set_read_only(false);
  Daemon again(data);
  expect_all_there(again);
}

// What is written for others is whole or refused as such, and its node has lost nothing.
TEST_F(BadDisk, full_or_read_only_it_takes_no_backup_and_no_snapshot) {
  const SmallDisk disk(directory / "disk");
  if (!disk.ready()) GTEST_SKIP() << "mounting is not allowed here";
  const std::string data = directory / "node";
  {
    Daemon daemon(data);
    ASSERT_EQ(send(daemon)->status, 201);
    EXPECT_EQ(daemon.stop(SIGTERM), 0);
  }
  int tries = 0;
  const auto refused = [&](const std::string& verb, const std::string& code,
                           const std::string& reason) {
    const std::string target = directory / "disk/" + verb + std::to_string(++tries);
    const std::string said = said_by(verb + " " + target + " --data " + data);
    EXPECT_TRUE(said.starts_with("exit 1\nastyqd: " + code + ": ")) << said;
    EXPECT_NE(said.find(reason), std::string::npos) << said;
    EXPECT_FALSE(std::filesystem::exists(target + "/BACKUP"));
    EXPECT_FALSE(std::filesystem::exists(target + "/MANIFEST"));
    return target;
  };
  disk.leave_free(1u << 20);
  refused("snapshot", "disk_full", "1 MiB left");
  const std::string half = refused("backup", "disk_full", "make room");
  disk.free_all();
  const std::string restored = said_by("restore " + half + " --data " + (directory / "restored") +
                                       " --fork other --password-file " + data + "/node.password");
  EXPECT_TRUE(restored.starts_with("exit 1\nastyqd: backup_corrupt: ")) << restored;
  disk.set_read_only(true);
  refused("snapshot", "file_failed", "Read-only file system");
  refused("backup", "file_failed", "Read-only file system");
  disk.set_read_only(false);
  EXPECT_TRUE(
      said_by("backup " + (directory / "disk/whole") + " --data " + data).starts_with("exit 0\n"));
  expect_all_there(Daemon(data));
}

// RocksDB meets it, after the image found bytes enough: here there is no room for another name.
TEST_F(BadDisk, full_under_the_image_it_is_told_as_such) {
  const SmallDisk disk(directory / "disk");
  if (!disk.ready()) GTEST_SKIP() << "mounting is not allowed here";
  const auto image =
      store::Image::open(directory / "disk/image", {.network_id = "net", .least_free_bytes = 0});
  ASSERT_TRUE(image.ok()) << image.fault().text;
  ASSERT_TRUE((*image)->write(1, Hash{}, {}, {}).ok());
  for (int i = 0; std::ofstream(directory / ("disk/" + std::to_string(i))); ++i) {
  }
  const auto copied = (*image)->copy_to(directory / "disk/copy");
  ASSERT_FALSE(copied.ok());
  EXPECT_EQ(copied.fault().code, "disk_full") << copied.fault().text;
}

// The log's write itself fails, in the middle of a record as like as not.
TEST_F(BadDisk, a_log_that_may_not_grow_ends_the_node_and_loses_nothing) {
  const std::string data = directory / "node";
  const std::string log = data + "/ledger/log/000000000001.blocks";
  {
    Daemon daemon(data);
    ASSERT_EQ(send(daemon)->status, 201);
    EXPECT_EQ(daemon.stop(SIGTERM), 0);
  }
  {
    const FileSizeLimit limit(
        std::max<std::uint64_t>(std::filesystem::file_size(log) + 3'000, 200'000));
    Daemon daemon(data);
    std::optional<Reply> answer;
    while ((answer = send(daemon)) && answer->status == 201) {
    }
    // The one whose fate is not known, or the connection was closed on it.
    EXPECT_TRUE(!answer || answer->status == 503) << answer->body;
    EXPECT_EQ(daemon.stop(SIGTERM), 1);
    const std::string said = text_of(data + ".log");
    EXPECT_NE(said.find("astyqd: log_write_failed: "), std::string::npos) << said;
    EXPECT_NE(said.find("File too large"), std::string::npos) << said;
  }
  Daemon again(data);
  expect_all_there(again);
  EXPECT_EQ(send(again)->status, 201);
}

}  // namespace
}  // namespace astyq::test
