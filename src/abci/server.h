// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "abci/application.h"
#include "abci/connection.h"
#include "base/result.h"

namespace astyq::abci {

// The side of the ABCI socket that CometBFT dials: every connection takes every method, each has a
// thread of its own, and one that is refused disturbs no other.
class Server {
 public:
  struct Options {
    std::string address;      // unix://PATH or tcp://127.0.0.1:PORT, as proxy_app of CometBFT
    std::int64_t height = 0;  // of the application's last committed block; 0 for none
    Teller tell = [](const Fault&) {};  // hears why a connection was refused
  };

  // Listens and serves. Requires: the application outlives the server. Faults: `address_invalid`,
  // `address_in_use`.
  static Result<std::unique_ptr<Server>> start(Application& application, Options options);
  ~Server();

  // Where it listens; with the port that the system chose where 0 was asked for.
  const std::string& address() const;

  // Ends all connections and waits for calls of the application that are under way, and for nothing
  // else. Idempotent.
  void stop();

 private:
  struct Running;
  explicit Server(std::unique_ptr<Running> running);
  std::unique_ptr<Running> running_;
};

}  // namespace astyq::abci
