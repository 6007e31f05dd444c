// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "support/http_client.h"

namespace astyq::test {

// The real node, astyqd, as a process of its own with the demonstration network in a directory.
class Daemon {
 public:
  // Starts it on a port that the system chooses and waits until it is ready; fails the test when it
  // does not become so. `most_files`: how many it may have open; 0: as many as this process.
  explicit Daemon(std::string directory, std::vector<std::string> arguments = {},
                  std::uint64_t most_files = 0);
  // The same for a node that may come to its end at any moment: no test fails of that.
  struct MayEnd {};
  Daemon(MayEnd, std::string directory, std::vector<std::string> arguments);
  // SIGKILL, if it still runs.
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  std::uint16_t port() const { return port_; }
  pid_t pid() const { return pid_; }
  // Sends the signal and waits for the end. Returns the exit code, or 128 + the signal that ended
  // it.
  int stop(int signal);
  // It came to its end by itself: waits for it where it is on its way.
  bool ended();

  // Nothing when the connection fails or breaks before the whole answer came.
  std::optional<Reply> get(const std::string& target) const;
  std::optional<Reply> post(const std::string& target, const std::string& content_type,
                            BytesView body) const;

 private:
  std::optional<Reply> exchange(const std::string& head, BytesView body) const;
  void start(std::string directory, std::vector<std::string> arguments);
  // False when it ended before.
  bool wait_until_ready();
  void say_not_ready() const;

  std::string log_path_;
  std::uint64_t most_files_ = 0;
  pid_t pid_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace astyq::test
