// SPDX-License-Identifier: Apache-2.0
#include "store/data_directory.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "support/fault_file_system.h"
#include "support/temporary_directory.h"

namespace astyq::store {
namespace {

using namespace test;  // NOLINT: the tests' own names

std::string fault_of_opening(FileSystem& files, const std::string& path,
                             const std::string& network_id) {
  const auto opened = DataDirectory::open(files, path, network_id);
  return opened.ok() ? "none" : opened.fault().code;
}

TEST(DataDirectory, IsMadeOnceAndOpenedAgain) {
  const astyq::test::TemporaryDirectory temporary;
  const auto files = posix_file_system();
  const std::string path = temporary / "a/b/data";
  for (int round = 0; round < 2; ++round) {
    const auto directory = DataDirectory::open(*files, path, "net-1");
    ASSERT_TRUE(directory.ok()) << directory.fault().text;
    for (const std::string& part :
         {directory->log(), directory->image(), directory->snapshots(), directory->kept()})
      EXPECT_TRUE(*files->exists(part)) << part;
  }
  EXPECT_EQ(*network_of_data_directory(*files, path), "net-1");
}

TEST(DataDirectory, IsHeldByOneAndNamesTheHolder) {
  const astyq::test::TemporaryDirectory temporary;
  const auto files = posix_file_system();
  {
    const auto held = DataDirectory::open(*files, temporary / "data", "net");
    ASSERT_TRUE(held.ok());
    const auto second = DataDirectory::open(*files, temporary / "data", "net");
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.fault().code, "data_directory_locked");
    EXPECT_NE(second.fault().text.find("process " + std::to_string(::getpid())), std::string::npos);
  }
  EXPECT_EQ(fault_of_opening(*files, temporary / "data", "net"), "none");
}

TEST(DataDirectory, RefusesWhatIsNotItsOwn) {
  FaultFileSystem files;
  ASSERT_EQ(fault_of_opening(files, "data", "net"), "none");
  EXPECT_EQ(fault_of_opening(files, "data", "other"), "data_directory_foreign");
  const Bytes good = files.bytes_of("data/FORMAT");
  const auto with = [&files](const Bytes& text) {
    files.bytes_of("data/FORMAT") = text;
    return fault_of_opening(files, "data", "net");
  };
  EXPECT_EQ(with("astyq data directory\nformat 2\nanything"), "data_directory_newer");
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_EQ(with(good.substr(0, size)), "data_directory_foreign") << size;
  EXPECT_EQ(with("astyq data directory\nformat 99999999999\nnetwork 00\n"),
            "data_directory_foreign");
  EXPECT_EQ(with(good), "none");
  EXPECT_EQ(with(Bytes(10'000, 'x')), "file_failed");
}

TEST(DataDirectory, IsNotMadeAmongOtherThings) {
  FaultFileSystem files;
  ASSERT_TRUE(files.open("home/letter.txt", FileSystem::Mode::kAppend).ok());
  EXPECT_EQ(fault_of_opening(files, "home", "net"), "data_directory_foreign");
}

TEST(DataDirectory, AnInterruptionWhileMakingItIsMended) {
  for (std::uint64_t action = 1;; ++action) {
    std::mt19937_64 random(action);
    FaultFileSystem files;
    files.fail_at(action);
    const bool made = fault_of_opening(files, "data", "net") == "none";
    files.lose_power(random);
    EXPECT_EQ(fault_of_opening(files, "data", "net"), "none") << action;
    if (made) break;
    EXPECT_LT(action, 50u);
  }
}

// Also the directories that were made for it, in those above them.
TEST(DataDirectory, WhatIsWrittenInANewOneOutlivesALossOfPower) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    std::mt19937_64 random(seed);
    FaultFileSystem files;
    {
      const auto directory = DataDirectory::open(files, "a/b/data", "net");
      ASSERT_TRUE(directory.ok());
      ASSERT_TRUE(replace_file(files, directory->log(), "file", "text").ok());
    }
    files.lose_power(random);
    const auto text = read_file(files, "a/b/data/log/file", 100);
    ASSERT_TRUE(text.ok()) << seed;
    EXPECT_EQ(*text, "text");
    for (const std::string part : {"image", "kept", "snapshots"})
      EXPECT_TRUE(*files.exists("a/b/data/" + part)) << part;
    EXPECT_EQ(fault_of_opening(files, "a/b/data", "net"), "none");
  }
}

TEST(PosixFileSystem, DoesWhatItsContractSays) {
  const astyq::test::TemporaryDirectory temporary;
  const auto files = posix_file_system();
  const std::string path = temporary / "file";
  EXPECT_EQ(files->open(path, FileSystem::Mode::kRead).fault().code, "file_failed");
  {
    auto file = files->open(path, FileSystem::Mode::kAppend);
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE((*file)->append("hello ").ok());
    ASSERT_TRUE((*file)->append("world").ok());
    ASSERT_TRUE((*file)->sync().ok());
    EXPECT_EQ(*(*file)->read(6, 100), "world");
    EXPECT_EQ(*(*file)->read(100, 1), "");
    ASSERT_TRUE((*file)->truncate(5).ok());
    ASSERT_TRUE((*file)->append("!").ok());
    EXPECT_EQ(*(*file)->size(), 6u);
  }
  {
    auto file = files->open(path, FileSystem::Mode::kOverwrite);
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE((*file)->overwrite(0, "J").ok());
    ASSERT_TRUE((*file)->overwrite(4, "y").ok());
  }
  EXPECT_EQ(*read_file(*files, path, 6), "Jelly!");
  EXPECT_EQ(files->open(temporary / "none", FileSystem::Mode::kOverwrite).fault().code,
            "file_failed");
  EXPECT_EQ(read_file(*files, path, 5).fault().code, "file_failed");
  ASSERT_TRUE(files->rename(path, temporary / "other").ok());
  ASSERT_TRUE(replace_file(*files, temporary / ".", "new", "text").ok());
  EXPECT_EQ(*files->list(temporary / "."), (std::vector<std::string>{"new", "other"}));
  EXPECT_FALSE(*files->exists(path));
  ASSERT_TRUE(files->remove(temporary / "other").ok());
  const Fault fault = files->remove(temporary / "other").fault();
  EXPECT_NE(fault.text.find("No such file"), std::string::npos) << fault.text;
}

}  // namespace
}  // namespace astyq::store
