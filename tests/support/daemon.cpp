// SPDX-License-Identifier: Apache-2.0
#include "support/daemon.h"
#include "support/places.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

namespace astyq::test {
namespace {

constexpr std::chrono::seconds kReadyWithin{60};
constexpr std::chrono::seconds kAnswerWithin{60};

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

// A port that is free now. Another program may take it before the node does; the start then fails.
std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  const bool bound = ::bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                     ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  EXPECT_TRUE(bound);
  ::close(fd);
  return ntohs(address.sin_port);
}

}  // namespace

Daemon::Daemon(std::string directory, std::vector<std::string> arguments, std::uint64_t most_files)
    : log_path_(directory + ".log"), most_files_(most_files), port_(free_port()) {
  start(std::move(directory), std::move(arguments));
  if (!wait_until_ready()) say_not_ready();
}

Daemon::Daemon(MayEnd, std::string directory, std::vector<std::string> arguments)
    : log_path_(directory + ".log"), port_(free_port()) {
  start(std::move(directory), std::move(arguments));
  wait_until_ready();
}

void Daemon::start(std::string directory, std::vector<std::string> arguments) {
  std::vector<std::string> words{built_path("astyqd"),
                                 "--data",
                                 std::move(directory),
                                 "--listen",
                                 "127.0.0.1:" + std::to_string(port_),
                                 "--demo"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that crashes leaves no node behind
    const int log = ::open(log_path_.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    const rlimit files{most_files_, most_files_};
    if (most_files_ != 0) ::setrlimit(RLIMIT_NOFILE, &files);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
}

Daemon::~Daemon() {
  if (pid_ > 0) stop(SIGKILL);
}

bool Daemon::wait_until_ready() {
  const auto deadline = std::chrono::steady_clock::now() + kReadyWithin;
  while (std::chrono::steady_clock::now() < deadline) {
    const auto answer = get("/health/ready");
    if (answer && answer->status == 200) return true;
    if (::waitpid(pid_, nullptr, WNOHANG) == pid_) {
      pid_ = -1;
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

void Daemon::say_not_ready() const {
  std::ifstream log(log_path_);
  std::stringstream text;
  text << log.rdbuf();
  ADD_FAILURE() << "astyqd did not become ready:\n" << text.str();
}

bool Daemon::ended() {
  if (pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
  return pid_ < 0;
}

int Daemon::stop(int signal) {
  // kill(-1) would be everybody's end.
  if (pid_ < 0) return 127;
  ::kill(pid_, signal);
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::optional<Reply> Daemon::get(const std::string& target) const {
  return exchange("GET " + target + " HTTP/1.1\r\n", {});
}

std::optional<Reply> Daemon::post(const std::string& target, const std::string& content_type,
                                  BytesView body) const {
  return exchange("POST " + target + " HTTP/1.1\r\nContent-Type: " + content_type +
                      "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n",
                  body);
}

std::optional<Reply> Daemon::exchange(const std::string& head, BytesView body) const {
  Client client(port_, kAnswerWithin);
  // A node may answer, and close, before it has taken all of a body.
  if (client.send(head + "Host: 127.0.0.1\r\nConnection: close\r\n\r\n")) client.send(body);
  Reply reply = client.receive();
  return reply.status == 0 ? std::nullopt : std::optional(std::move(reply));
}

}  // namespace astyq::test
