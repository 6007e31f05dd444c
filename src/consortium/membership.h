// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "node/config.h"
#include "node/node.h"

namespace astyq::consortium {

// A node joined to its CometBFT: the socket that CometBFT calls, and the way to CometBFT's RPC.
// Either may start first, and either may be away for a while.
class Membership {
 public:
  // Why a connection or a proposed block was refused; called by any thread.
  using Teller = std::function<void(const Fault&)>;

  // Requires: a consortium's node, which outlives it. Faults: `engine_address_wrong`, those of
  // abci::Server::start and node::read_public_identity.
  static Result<std::unique_ptr<Membership>> begin(node::Node& node, const node::Config& config,
                                                   Teller tell);
  // CometBFT is called no more, and its calls under way have ended. It may not come to its own end
  // when its application has gone: stop CometBFT first.
  ~Membership();

  // Where CometBFT finds the node: its proxy_app.
  const std::string& socket() const;

 private:
  struct Parts;
  explicit Membership(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace astyq::consortium
