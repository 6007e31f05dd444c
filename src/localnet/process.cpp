// SPDX-License-Identifier: Apache-2.0
#include "localnet/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

namespace astyq::localnet {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr milliseconds kLook{20};
constexpr seconds kKilledWithin{10};

// proc(5): behind the name in brackets stand the state and, as the 20th field after it, the start.
struct Stat {
  char state = 0;
  std::uint64_t started = 0;
};
std::optional<Stat> stat_of(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string text;
  std::getline(file, text);
  const std::size_t bracket = text.rfind(')');
  if (bracket == std::string::npos) return std::nullopt;
  std::istringstream fields(text.substr(bracket + 1));
  Stat stat;
  fields >> stat.state;
  std::string skipped;
  for (int i = 0; i < 18; ++i) fields >> skipped;
  fields >> stat.started;
  if (!fields) return std::nullopt;
  return stat;
}

bool lives(const Stat& stat) {
  return stat.state != 'Z' && stat.state != 'X';
}

Fault failed(const std::string& what) {
  return {"process_failed", what + ": " + std::strerror(errno) + "."};
}

// Between fork and exec: in a new session, so that no terminal ends it.
[[noreturn]] void become(const Program& program, char* const* argv) {
  ::setsid();
  const int log = ::open(program.log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (::chdir(program.directory.c_str()) == 0) ::execv(argv[0], argv);
  ::_exit(127);
}

}  // namespace

Status start(const Program& program) {
  std::vector<std::string> words = program.words;
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  if (::access(argv[0], X_OK) != 0) return failed("Cannot start " + program.words[0]);
  const pid_t process = ::fork();
  if (process < 0) return failed("Cannot start " + program.words[0]);
  if (process == 0) become(program, argv.data());
  const auto stat = stat_of(process);
  std::ofstream file(program.pid_file, std::ios::trunc);
  file << process << ' ' << (stat ? stat->started : 0) << '\n';
  file.close();
  if (file) return Done{};
  ::kill(process, SIGKILL);
  ::waitpid(process, nullptr, 0);
  return Fault{"process_failed",
               "Cannot write " + program.pid_file + ". Check the directory's rights and the disk."};
}

std::optional<pid_t> running(const std::string& pid_file) {
  std::ifstream file(pid_file);
  pid_t process = 0;
  std::uint64_t started = 0;
  file >> process >> started;
  if (!file || process <= 1) return std::nullopt;
  ::waitpid(process, nullptr, WNOHANG);  // where it is this program's own child
  const auto stat = stat_of(process);
  if (!stat || !lives(*stat) || stat->started != started) return std::nullopt;
  return process;
}

Result<bool> end(const std::string& pid_file, seconds limit) {
  bool killed = false;
  auto deadline = steady_clock::now() + limit;
  int signal = SIGTERM;
  for (auto process = running(pid_file); process; process = running(pid_file)) {
    if (signal != 0 && ::kill(*process, signal) != 0 && errno != ESRCH)
      return failed("Cannot end process " + std::to_string(*process));
    signal = 0;
    std::this_thread::sleep_for(kLook);
    if (steady_clock::now() < deadline) continue;
    if (killed)
      return Fault{"process_failed", "Process " + std::to_string(*process) +
                                         " does not end although it was killed; the system holds "
                                         "it."};
    killed = true;
    signal = SIGKILL;
    deadline = steady_clock::now() + kKilledWithin;
  }
  std::error_code error;
  std::filesystem::remove(pid_file, error);
  return killed;
}

}  // namespace astyq::localnet
