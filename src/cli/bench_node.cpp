// SPDX-License-Identifier: Apache-2.0
#include "cli/bench_node.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

namespace astyq::cli {
namespace {

constexpr std::chrono::seconds kServesWithin{60};
constexpr std::string_view kServing = "serving http://127.0.0.1:";

std::string text_of_file(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// The number behind a word such as "VmRSS:" in a file of /proc; 0 when it is not there.
std::uint64_t number_behind(const std::string& text, std::string_view word) {
  const std::size_t at = text.find(word);
  return at == std::string::npos ? 0 : std::strtoull(text.c_str() + at + word.size(), nullptr, 10);
}

// What ends a program from outside, and lets it clean up before.
sigset_t ending_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
  return signals;
}

// The child's part, between fork and exec.
[[noreturn]] void become_node(const std::string& program, const std::string& directory,
                              const sigset_t& signals) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // a benchmark that is killed leaves no node behind
  ::setpgid(0, 0);                     // ^C comes to the benchmark alone
  ::sigprocmask(SIG_SETMASK, &signals, nullptr);
  const std::string log = directory + "/node.log";
  const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  const std::string data = directory + "/data";
  ::execl(program.c_str(), program.c_str(), "--data", data.c_str(), "--listen", "127.0.0.1:0",
          "--demo", static_cast<char*>(nullptr));
  ::_exit(127);
}

}  // namespace

ProcessUse use_of(pid_t process) {
  const std::string folder = "/proc/" + std::to_string(process);
  ProcessUse use;
  // proc(5): user and system time are the 12th and 13th fields behind the name in brackets.
  const std::string stat = text_of_file(folder + "/stat");
  std::istringstream fields(stat.substr(std::min(stat.size(), stat.rfind(')') + 1)));
  std::string field;
  for (int i = 0; i < 11; ++i) fields >> field;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  use.processor_s = (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  use.written_bytes = number_behind(text_of_file(folder + "/io"), "\nwrite_bytes:");
  use.resident_bytes = number_behind(text_of_file(folder + "/status"), "VmRSS:") * 1024;
  return use;
}

Result<std::unique_ptr<BenchNode>> BenchNode::start(const std::string& parent) {
  std::error_code error;
  const auto program =
      std::filesystem::read_symlink("/proc/self/exe", error).parent_path() / "astyqd";
  if (!std::filesystem::exists(program, error))
    return Fault{"bench_failed", "There is no " + program.string() +
                                     " beside this program. Build or install the node too."};
  std::string directory = parent + "/astyq-bench-XXXXXX";
  if (::mkdtemp(directory.data()) == nullptr)
    return Fault{"bench_failed", "Cannot make a directory in " + parent +
                                     ". Name one on the disk to be measured with --data."};
  std::unique_ptr<BenchNode> node(new BenchNode(directory));
  node->begin(program.string());
  const auto end = std::chrono::steady_clock::now() + kServesWithin;
  while (std::chrono::steady_clock::now() < end) {
    const std::string log = text_of_file(directory + "/node.log");
    const std::size_t at = log.find(kServing);
    if (at != std::string::npos && log.find('\n', at) != std::string::npos) {
      node->port_ = static_cast<std::uint16_t>(std::stoul(log.substr(at + kServing.size())));
      return node;
    }
    if (node->ended()) return Fault{"bench_failed", "The node did not start. It said:\n" + log};
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return Fault{"bench_failed", "The node did not serve within a minute."};
}

BenchNode::BenchNode(std::string directory) : directory_(std::move(directory)) {
  const sigset_t signals = ending_signals();
  pthread_sigmask(SIG_BLOCK, &signals, &signals_before_);
}

void BenchNode::begin(const std::string& program) {
  process_ = ::fork();
  if (process_ == 0) become_node(program, directory_, signals_before_);
  watcher_ = std::jthread([this](const std::stop_token& stop) { watch(stop); });
}

bool BenchNode::ended() {
  const std::lock_guard guard(lock_);
  if (process_ > 0 && ::waitpid(process_, nullptr, WNOHANG) == process_) process_ = -1;
  return process_ < 0;
}

// A thread of its own, since nothing of this may be done in a signal's handler.
void BenchNode::watch(const std::stop_token& stop) {
  const sigset_t signals = ending_signals();
  const timespec moment{0, 50'000'000};
  int signal = -1;
  while (signal < 0) {
    if (stop.stop_requested()) return;
    signal = ::sigtimedwait(&signals, nullptr, &moment);
  }
  const std::lock_guard guard(lock_);  // never let go: this is the end
  // Stopped first: it writes nothing more, and nobody is told of broken connections.
  if (process_ > 0) ::kill(process_, SIGSTOP);
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
  if (process_ > 0) ::kill(process_, SIGKILL);
  // The end that whoever started this program expects of the signal.
  ::signal(signal, SIG_DFL);
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  ::raise(signal);
}

BenchNode::~BenchNode() {
  {
    const std::lock_guard guard(lock_);
    if (process_ > 0) {
      ::kill(process_, SIGTERM);
      ::waitpid(process_, nullptr, 0);
    }
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
    process_ = -1;
  }
  watcher_ = {};
  pthread_sigmask(SIG_SETMASK, &signals_before_, nullptr);
}

}  // namespace astyq::cli
