// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/result.h"

namespace astyq::cli {

// What a process has used so far.
struct ProcessUse {
  double processor_s = 0;           // of all its threads, in user and kernel
  std::uint64_t written_bytes = 0;  // handed to the disk
  std::uint64_t resident_bytes = 0;
};
// Nothing of a process that is gone: zeros.
ProcessUse use_of(pid_t process);

// A node with the demonstration network in a new directory, for as long as a benchmark runs. One
// at a time; a signal that ends the program takes both away first.
class BenchNode {
 public:
  // Starts the astyqd that lies beside this program, on a port that is free, and waits until it
  // serves. The directory is made in `parent` and removed at the end. Faults: `bench_failed`.
  // Requires: no other thread runs yet, so that all leave the signals to this.
  static Result<std::unique_ptr<BenchNode>> start(const std::string& parent);
  // Stops it and removes its directory.
  ~BenchNode();
  BenchNode(const BenchNode&) = delete;
  BenchNode& operator=(const BenchNode&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  ProcessUse use() const { return use_of(process_); }
  std::string genesis_file() const { return directory_ + "/data/genesis.json"; }

 private:
  explicit BenchNode(std::string directory);
  void begin(const std::string& program);
  bool ended();
  void watch(const std::stop_token& stop);

  const std::string directory_;
  sigset_t signals_before_{};
  std::mutex lock_;  // of the process and its directory, while they are taken away
  pid_t process_ = -1;
  std::uint16_t port_ = 0;
  std::jthread watcher_;
};

}  // namespace astyq::cli
