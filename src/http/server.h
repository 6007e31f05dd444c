// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "node/config.h"
#include "node/node.h"

namespace astyq::http {

// The HTTP API of one node.
class Server {
 public:
  // Brings the index of transactions up to the node's last block, then listens. Requires: the node
  // is fresh, nothing was submitted yet. Faults: `address_in_use`, `address_invalid`, those of the
  // index, `file_failed` when the reader token cannot be made.
  static Result<std::unique_ptr<Server>> start(node::Node& node, const node::Config& config);
  // Requires: the node has stopped, or nothing calls its listener any more.
  ~Server();

  // Where it listens; chosen by the system when the configuration said 0.
  std::uint16_t port() const;

  // Takes no more connections, ends streams of events, waits a few seconds for requests under way.
  // Then the node may be stopped. Idempotent.
  void stop();

 private:
  struct Running;
  explicit Server(std::unique_ptr<Running> running);
  std::unique_ptr<Running> running_;
};

// The contents of reader.token in this directory, made at the first call. Faults: `file_failed`.
Result<std::string> reader_token(const std::string& directory);

}  // namespace astyq::http
