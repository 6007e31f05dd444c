// SPDX-License-Identifier: Apache-2.0
#include "support/daemon.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
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

bool send_all(int fd, BytesView bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string receive_all(int fd) {
  std::string received;
  char buffer[65536];
  for (ssize_t size = 0; (size = ::recv(fd, buffer, sizeof buffer, 0)) > 0;)
    received.append(buffer, static_cast<std::size_t>(size));
  return received;
}

// Whole only with as many bytes as Content-Length says.
std::optional<HttpAnswer> parse(const std::string& text) {
  const std::size_t end = text.find("\r\n\r\n");
  const std::size_t length = text.find("Content-Length: ");
  if (end == std::string::npos || length > end || text.size() < 12) return std::nullopt;
  HttpAnswer answer{std::stoi(text.substr(9, 3)), text.substr(end + 4)};
  if (answer.body.size() != std::stoull(text.substr(length + 16))) return std::nullopt;
  return answer;
}

}  // namespace

Daemon::Daemon(std::string directory, std::vector<std::string> arguments)
    : log_path_(directory + ".log"), port_(free_port()) {
  start(std::move(directory), std::move(arguments));
  if (!wait_until_ready()) say_not_ready();
}

Daemon::Daemon(MayEnd, std::string directory, std::vector<std::string> arguments)
    : log_path_(directory + ".log"), port_(free_port()) {
  start(std::move(directory), std::move(arguments));
  wait_until_ready();
}

void Daemon::start(std::string directory, std::vector<std::string> arguments) {
  std::vector<std::string> words{
      std::string(ASTYQ_BIN_DIR) + "/astyqd", "--data", std::move(directory), "--listen",
      "127.0.0.1:" + std::to_string(port_),   "--demo"};
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

std::optional<HttpAnswer> Daemon::get(const std::string& target) const {
  return exchange("GET " + target + " HTTP/1.1\r\n", {});
}

std::optional<HttpAnswer> Daemon::post(const std::string& target, const std::string& content_type,
                                       BytesView body) const {
  return exchange("POST " + target + " HTTP/1.1\r\nContent-Type: " + content_type +
                      "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n",
                  body);
}

std::optional<HttpAnswer> Daemon::exchange(const std::string& head, BytesView body) const {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  const sockaddr_in address = loopback(port_);
  std::string received;
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      send_all(fd, head + "Host: 127.0.0.1\r\nConnection: close\r\n\r\n") && send_all(fd, body))
    received = receive_all(fd);
  ::close(fd);
  return parse(received);
}

}  // namespace astyq::test
