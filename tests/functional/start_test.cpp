// SPDX-License-Identifier: Apache-2.0
// Starts that go wrong: each ends with a fault that has a code, and harms nothing.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "support/daemon.h"
#include "support/programs.h"
#include "support/temporary_directory.h"

namespace astyq::test {
namespace {

struct StartTest : testing::Test {
  TemporaryDirectory directory;

  std::pair<int, std::string> shell(const std::string& line) const {
    const Ran ran = test::shell(directory / ".", line);
    return {ran.exit, ran.out + ran.err};
  }
  void expect_fault(const std::string& words, int code, const std::string& fault) const {
    const auto [ended, said] = shell(words);
    EXPECT_EQ(ended, code) << words << "\n" << said;
    EXPECT_NE(said.find("astyqd: " + fault), std::string::npos) << words << "\n" << said;
  }
};

// Both found the directory new, and each wrote its keys over the other's.
TEST_F(StartTest, of_two_first_starts_one_goes_on) {
  for (int round = 0; round < 4; ++round) {
    const std::string data = std::to_string(round);
    const std::string start = "$astyqd --data " + data + " --listen 127.0.0.1:0 --demo";
    const auto [ended, said] = shell(start + " 2> one &\n" + start + R"sh( 2> two &
        wait -n; echo "the first to end: $?"
        until grep -q serving one two || [ -z "$(jobs -pr)" ]; do sleep 0.02; done
        kill $(jobs -pr); wait -n; echo "the other: $?"
        cat one two)sh");
    for (const char* part : {"the first to end: 1\n", "data_directory_locked", "the other: 0\n"})
      EXPECT_NE(said.find(part), std::string::npos) << part << "\n" << said;
    Daemon again(directory / data);
    EXPECT_EQ(again.stop(SIGTERM), 0);
  }
}

// The folders of somebody else, and names that the system does not take.
TEST_F(StartTest, a_directory_that_cannot_be_used_is_a_fault) {
  const std::string nobody =
      ::getuid() == 0 ? "setpriv --reuid 65534 --regid 65534 --clear-groups " : "";
  ASSERT_EQ(shell("touch file; mkdir -m 700 closed; chmod 755 .; [ -n '" + nobody +
                  "' ] || chmod 0 closed")
                .first,
            0);
  const std::string long_name(300, 'n');
  for (const std::string& data : {std::string("closed"), std::string("closed/x"), long_name,
                                  std::string("file"), std::string("file/x")})
    for (const char* words : {"--demo", "", "config check", "config init"}) {
      // A global option stands before the command or is the command's own: both are read.
      const std::string option = " --data " + data + " ";
      const std::string command(words);
      const bool is_command = command.starts_with("config");
      expect_fault(nobody + "$astyqd " + (is_command ? command + option : option + command), 1,
                   "file_failed");
    }
}

TEST_F(StartTest, a_directory_is_no_configuration) {
  expect_fault("mkdir settings; $astyqd --data new --config settings config check", 2,
               "config_unreadable");
  expect_fault("$astyqd --data new --config absent config check", 2, "config_unreadable");
}

}  // namespace
}  // namespace astyq::test
