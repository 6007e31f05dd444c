// SPDX-License-Identifier: Apache-2.0
#include "store/file_system.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "store/block_log.h"
#include "support/temporary_directory.h"

namespace astyq::store {
namespace {

// This process can open no more files, while it lives.
class NoDescriptors {
 public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit none{0, before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST(FileSystem, without_descriptors_no_file_is_opened_and_why_is_told) {
  const astyq::test::TemporaryDirectory directory;
  const auto files = posix_file_system();
  const std::string path = directory / "file";
  ASSERT_TRUE(files->open(path, FileSystem::Mode::kAppend).ok());
  const NoDescriptors none;
  for (const auto mode : {FileSystem::Mode::kRead, FileSystem::Mode::kAppend}) {
    const auto opened = files->open(path, mode);
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.fault().code, "file_failed");
    EXPECT_NE(opened.fault().text.find(path + ": Too many open files"), std::string::npos)
        << opened.fault().text;
  }
  EXPECT_EQ(files->list(directory / ".").fault().code, "file_failed");
  EXPECT_EQ(files->sync_directory(directory / ".").fault().code, "file_failed");
}

// What is open is written on; the next segment cannot be begun, and nothing more is taken.
TEST(FileSystem, without_descriptors_a_log_keeps_what_it_took_and_takes_no_more) {
  const astyq::test::TemporaryDirectory directory;
  const auto files = posix_file_system();
  const BlockLog::Options options{.segment_bytes = 2'000};
  const auto open = [&] { return BlockLog::open(*files, directory / "log", options); };
  const Bytes payload(300, 'b');
  std::uint64_t taken = 0;
  {
    auto log = open();
    ASSERT_TRUE(log.ok());
    ASSERT_TRUE(log->append(++taken, payload).ok());
    ASSERT_TRUE(log->sync().ok());
    const NoDescriptors none;
    Status written = Done{};
    while ((written = log->append(taken + 1, payload)).ok()) {
      ASSERT_TRUE(log->sync().ok());
      ++taken;
    }
    EXPECT_EQ(written.fault().code, "log_write_failed");
    EXPECT_NE(written.fault().text.find("Too many open files"), std::string::npos)
        << written.fault().text;
    EXPECT_GT(taken, 1u);
  }
  auto log = open();
  ASSERT_TRUE(log.ok()) << log.fault().text;
  EXPECT_EQ(log->last_height(), taken);
  EXPECT_TRUE(log->append(taken + 1, payload).ok());
  EXPECT_TRUE(log->verify().ok());
}

}  // namespace
}  // namespace astyq::store
