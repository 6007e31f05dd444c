// SPDX-License-Identifier: Apache-2.0
#include "localnet/process.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "support/temporary_directory.h"

namespace astyq::localnet {
namespace {

class ProcessTest : public testing::Test {
 protected:
  Program program(const std::string& script) const {
    return {{"/bin/sh", "-c", script}, directory_ / "", directory_ / "log", pid_file_};
  }
  std::string log() const {
    std::ifstream file(directory_ / "log");
    return {std::istreambuf_iterator<char>(file), {}};
  }

  const astyq::test::TemporaryDirectory directory_;
  const std::string pid_file_ = directory_ / "pid";
};

TEST_F(ProcessTest, story) {
  ASSERT_TRUE(start(program("echo begun; exec sleep 600")).ok());
  const auto process = running(pid_file_);
  ASSERT_TRUE(process.has_value());
  while (log() != "begun\n") std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_NE(getsid(*process), getsid(0));  // no terminal of ours ends it
  const auto killed = end(pid_file_, std::chrono::seconds(30));
  ASSERT_TRUE(killed.ok()) << killed.fault().text;
  EXPECT_FALSE(*killed);
  EXPECT_FALSE(running(pid_file_).has_value());
  EXPECT_EQ(access(pid_file_.c_str(), F_OK), -1);
  EXPECT_FALSE(*end(pid_file_, std::chrono::seconds(1)));  // none runs
}

TEST_F(ProcessTest, what_does_not_end_is_killed) {
  ASSERT_TRUE(start(program("trap '' TERM; echo deaf; while :; do sleep 0.1; done")).ok());
  while (log() != "deaf\n") std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const auto killed = end(pid_file_, std::chrono::seconds(0));
  ASSERT_TRUE(killed.ok()) << killed.fault().text;
  EXPECT_TRUE(*killed);
  EXPECT_FALSE(running(pid_file_).has_value());
}

// A number is given again by the system: what started at another time is another process.
TEST_F(ProcessTest, another_process_of_the_number_is_left_alone) {
  std::ofstream(pid_file_) << getpid() << " 1\n";
  EXPECT_FALSE(running(pid_file_).has_value());
  EXPECT_FALSE(*end(pid_file_, std::chrono::seconds(0)));
  for (const char* nonsense : {"", "x", "1 1", "-1 5", "0 0"}) {
    std::ofstream(pid_file_) << nonsense;
    EXPECT_FALSE(running(pid_file_).has_value()) << nonsense;
  }
}

TEST_F(ProcessTest, what_cannot_be_started) {
  Program missing = program("");
  missing.words = {directory_ / "nothing"};
  EXPECT_EQ(start(missing).fault().code, "process_failed");
  Program unwritable = program("exit 0");
  unwritable.pid_file = directory_ / "no/such/pid";
  EXPECT_EQ(start(unwritable).fault().code, "process_failed");
}

}  // namespace
}  // namespace astyq::localnet
