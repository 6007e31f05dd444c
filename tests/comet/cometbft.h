// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/check.h"
#include "support/places.h"

namespace astyq::test {

// The real CometBFT as a process of its own: the one validator of a network in a directory. Its RPC
// is a unix socket, its port for peers the system's choice.
class CometBft {
 public:
  // Where tools/install-cometbft puts it.
  static std::string program(const std::string& version) {
    return source_path(".cache/cometbft/" + version + "/cometbft");
  }

  // Makes the network. Requires: the directory is there.
  CometBft(std::string version, std::string directory)
      : program_(program(version)), directory_(std::move(directory)) {
    run({"init", "--home", home()});
    EXPECT_EQ(wait(), 0) << log();
  }
  ~CometBft() { kill(); }
  CometBft(const CometBft&) = delete;
  CometBft& operator=(const CometBft&) = delete;

  // From now on it takes peers, on a port that is free now. Returns the port.
  std::uint16_t take_peers() {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof name;
    const bool bound = ::bind(socket, reinterpret_cast<sockaddr*>(&name), size) == 0 &&
                       ::getsockname(socket, reinterpret_cast<sockaddr*>(&name), &size) == 0;
    EXPECT_TRUE(bound);
    ::close(socket);
    return peer_port_ = ntohs(name.sin_port);
  }
  // This one's network instead of its own, in which it has no vote.
  void join(const CometBft& other) {
    std::filesystem::copy_file(other.home() + "/config/genesis.json",
                               home() + "/config/genesis.json",
                               std::filesystem::copy_options::overwrite_existing);
  }
  // Starts it with the application at this address; it comes up by itself. A setting is one of
  // config.toml, as CometBFT takes it from the environment.
  void start(const std::string& application, const std::vector<std::string>& settings = {}) {
    ASTYQ_CHECK(pid_ < 0);
    run({"start", "--home", home(), "--proxy_app", application, "--rpc.laddr", rpc(), "--p2p.laddr",
         "tcp://127.0.0.1:" + std::to_string(peer_port_)},
        settings);
  }
  // SIGKILL, and waits for the end.
  void kill() {
    if (pid_ < 0) return;
    ::kill(pid_, SIGKILL);
    wait();
    // What a kill leaves would be in the way of the next start.
    ::unlink((directory_ + "/rpc.sock").c_str());
  }
  // It came to its end by itself.
  bool ended() {
    if (pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
    return pid_ < 0;
  }
  std::string log() const {
    std::ifstream file(directory_ + "/log");
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }

  // Where RPC is.
  std::string rpc() const { return "unix://" + directory_ + "/rpc.sock"; }
  // The body of the answer to a call of RPC; empty while nobody listens there.
  std::string call(const std::string& target) const {
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    const std::string path = directory_ + "/rpc.sock";
    ASTYQ_CHECK(path.size() < sizeof name.sun_path);
    std::memcpy(name.sun_path, path.data(), path.size());
    std::string answer;
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0) {
      const std::string request = "GET " + target + " HTTP/1.0\r\n\r\n";
      char piece[4096];
      ssize_t got = ::send(socket, request.data(), request.size(), MSG_NOSIGNAL);
      while (got > 0) {
        got = ::recv(socket, piece, sizeof piece, 0);
        if (got > 0) answer.append(piece, static_cast<std::size_t>(got));
      }
    }
    ::close(socket);
    const std::size_t body = answer.find("\r\n\r\n");
    return body == std::string::npos ? "" : answer.substr(body + 4);
  }

 private:
  std::string home() const { return directory_ + "/home"; }

  void run(std::vector<std::string> words, const std::vector<std::string>& more = {}) {
    words.insert(words.begin(), program_);
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    // Blocks as quick as they can be; what the file says of these is for machines far apart.
    std::vector<std::string> settings{
        "HOME=" + directory_,
        "CMT_CONSENSUS_TIMEOUT_COMMIT=20ms",
        "CMT_P2P_PEX=false",
        "CMT_TX_INDEX_INDEXER=null",
        "CMT_P2P_ADDR_BOOK_STRICT=false",  // it would not keep an address of this machine
    };
    settings.insert(settings.end(), more.begin(), more.end());
    std::vector<char*> environment;
    for (std::string& setting : settings) environment.push_back(setting.data());
    environment.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that crashes leaves nothing behind
      const int log = ::open((directory_ + "/log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
      ::dup2(log, STDOUT_FILENO);
      ::dup2(log, STDERR_FILENO);
      ::execve(argv[0], argv.data(), environment.data());
      ::_exit(127);
    }
  }

  int wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  const std::string program_;
  const std::string directory_;
  std::uint16_t peer_port_ = 0;  // 0: the system's choice
  pid_t pid_ = -1;
};

}  // namespace astyq::test
