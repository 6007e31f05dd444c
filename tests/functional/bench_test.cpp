// SPDX-License-Identifier: Apache-2.0
// The benchmark runs end to end on a node of its own, counts what was applied, and cleans up.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "support/places.h"
#include "support/programs.h"
#include "support/temporary_directory.h"

namespace astyq::test {
namespace {

TEST(Bench, transfers_are_all_applied_and_nothing_is_left) {
  const TemporaryDirectory directory;
  const std::string data = directory / "disk";
  std::filesystem::create_directory(data);
  const Ran bench =
      astyq(directory / ".", "bench transfers --accounts 50 --seconds 1 --json --data disk");
  ASSERT_EQ(bench.exit, 0) << bench.err;
  const boost::json::value found = bench.json();
  for (const char* figure : {"transfers_per_s", "raw_verify_per_s", "ratio", "p50_ms", "p99_ms",
                             "p999_ms", "hot_to_uniform", "written_bytes_per_transfer"})
    EXPECT_GT(found.at(figure).to_number<double>(), 0) << figure;
  EXPECT_EQ(found.at("not_applied"), 0);
  EXPECT_EQ(found.at("proofs_checked"), 64);
  EXPECT_TRUE(std::filesystem::is_empty(data));
}

// A benchmark that somebody ends, and the node that it started.
class Interrupted {
 public:
  explicit Interrupted(const std::string& data) : data_(data) {
    const std::string program = built_path("astyq");
    benchmark_ = ::fork();
    if (benchmark_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::signal(SIGINT, SIG_DFL);  // a shell in the background has it ignored
      const int nowhere = ::open("/dev/null", O_WRONLY);
      ::dup2(nowhere, STDOUT_FILENO);
      ::dup2(nowhere, STDERR_FILENO);
      ::execl(program.c_str(), "astyq", "bench", "transfers", "--accounts", "50", "--seconds", "40",
              "--data", data_.c_str(), static_cast<char*>(nullptr));
      ::_exit(127);
    }
  }
  // Waits until the node is there, or until it serves and the benchmark is at work with it.
  void wait_for_node(bool serves) {
    const std::string children =
        "/proc/" + std::to_string(benchmark_) + "/task/" + std::to_string(benchmark_) + "/children";
    wait([&] { return static_cast<bool>(std::ifstream(children) >> node_); });
    wait([&] { return !serves || log().find("serving http") != std::string::npos; });
  }
  // Returns the signal that the benchmark ended by.
  int end(int signal) const {
    ::kill(benchmark_, signal);
    int status = 0;
    ::waitpid(benchmark_, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  }
  // Gone, or dead with nobody who asks for it.
  void wait_for_nodes_end() const {
    const std::string path = "/proc/" + std::to_string(node_) + "/stat";
    wait([&] {
      std::string text;
      return !std::getline(std::ifstream(path), text) || text[text.rfind(')') + 2] == 'Z';
    });
  }

 private:
  static void wait(const std::function<bool()>& until) {
    for (int i = 0; i < 20'000; ++i) {
      if (until()) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    ADD_FAILURE() << "what was waited for did not come";
  }
  std::string log() const {
    std::string text;
    for (const auto& folder : std::filesystem::directory_iterator(data_))
      text += text_of(folder.path() / "node.log");
    return text;
  }

  const std::string data_;
  pid_t benchmark_ = 0;
  pid_t node_ = 0;
};

TEST(Bench, what_is_interrupted_leaves_neither_node_nor_folder) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    for (const bool serves : {false, true}) {
      SCOPED_TRACE(std::to_string(signal) + (serves ? " at work" : " at the start"));
      const TemporaryDirectory directory;
      const std::string data = directory / "disk";
      std::filesystem::create_directory(data);
      Interrupted benchmark(data);
      benchmark.wait_for_node(serves);
      EXPECT_EQ(benchmark.end(signal), signal);
      EXPECT_TRUE(std::filesystem::is_empty(data));
      benchmark.wait_for_nodes_end();
    }
  }
}

}  // namespace
}  // namespace astyq::test
