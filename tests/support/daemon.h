// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace astyq::test {

struct HttpAnswer {
  int status = 0;
  std::string body;
};

// The real node, astyqd, as a process of its own with the demonstration network in a directory.
class Daemon {
 public:
  // Starts it on a port that the system chooses and waits until it is ready; fails the test when it
  // does not become so.
  explicit Daemon(std::string directory, std::vector<std::string> arguments = {});
  // The same for a node that may come to its end at any moment: no test fails of that.
  struct MayEnd {};
  Daemon(MayEnd, std::string directory, std::vector<std::string> arguments);
  // SIGKILL, if it still runs.
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  std::uint16_t port() const { return port_; }
  // Sends the signal and waits for the end. Returns the exit code, or 128 + the signal that ended
  // it.
  int stop(int signal);
  // It came to its end by itself: waits for it where it is on its way.
  bool ended();

  // Nothing when the connection fails or breaks before the whole answer came.
  std::optional<HttpAnswer> get(const std::string& target) const;
  std::optional<HttpAnswer> post(const std::string& target, const std::string& content_type,
                                 BytesView body) const;

 private:
  std::optional<HttpAnswer> exchange(const std::string& head, BytesView body) const;
  void start(std::string directory, std::vector<std::string> arguments);
  // False when it ended before.
  bool wait_until_ready();
  void say_not_ready() const;

  std::string log_path_;
  pid_t pid_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace astyq::test
