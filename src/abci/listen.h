// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"

namespace astyq::abci {

// A socket that listens, closed at the end; a file that it made in the file system goes with it.
class Listener {
 public:
  // `unix://PATH`, or `tcp://127.0.0.1:PORT` with 0 for one that the system chooses. Nobody proves
  // who they are on this socket, so another machine's address is refused, and the file is its
  // owner's alone. A file that a killed process left is replaced. Faults: `address_invalid`,
  // `address_in_use`.
  static Result<Listener> open(const std::string& address);

  Listener(Listener&& other) noexcept;
  Listener& operator=(Listener&&) = delete;
  ~Listener();

  int socket() const { return socket_; }
  // With the port that was chosen: what `proxy_app` of CometBFT takes.
  const std::string& address() const { return address_; }

 private:
  Listener(int socket, std::string address, std::string path);

  int socket_;
  std::string address_;
  std::string path_;  // of its file; empty for TCP
};

}  // namespace astyq::abci
