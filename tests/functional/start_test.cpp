// SPDX-License-Identifier: Apache-2.0
// Starts that go wrong: each ends with a fault that has a code, and harms nothing.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "support/daemon.h"
#include "support/temporary_directory.h"

namespace astyq::test {
namespace {

std::string text_of(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

struct StartTest : testing::Test {
  TemporaryDirectory directory;

  // Runs a script of bash in the test's directory, with astyqd as $node, and returns its exit code
  // and what was said.
  std::pair<int, std::string> shell(const std::string& words) const {
    std::ofstream(directory / "script")
        << "cd " << (directory / ".") << "\nnode=" ASTYQ_BIN_DIR << "/astyqd\n"
        << words << "\n";
    const std::string log = directory / "said.log";
    const int status =
        std::system(("bash " + (directory / "script") + " > " + log + " 2>&1").c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), text_of(log)};
  }
};

// Both found the directory new, and each wrote its keys over the other's.
TEST_F(StartTest, of_two_first_starts_one_goes_on) {
  for (int round = 0; round < 4; ++round) {
    const std::string data = std::to_string(round);
    const std::string start = "$node --data " + data + " --listen 127.0.0.1:0 --demo";
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

}  // namespace
}  // namespace astyq::test
