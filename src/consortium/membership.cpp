// SPDX-License-Identifier: Apache-2.0
#include "consortium/membership.h"

#include <filesystem>

#include "abci/server.h"
#include "base/check.h"
#include "consortium/application.h"
#include "consortium/comet_client.h"

namespace astyq::consortium {

struct Membership::Parts {
  Parts(node::Consensus& consensus, node::PublicIdentity identity, const Teller& tell)
      : application(consensus, std::move(identity), tell) {}

  Application application;
  std::shared_ptr<CometClient> client;
  std::unique_ptr<abci::Server> server;
};

Membership::Membership(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Membership::~Membership() = default;

const std::string& Membership::socket() const {
  return parts_->server->address();
}

Result<std::unique_ptr<Membership>> Membership::begin(node::Node& node, const node::Config& config,
                                                      Teller tell) {
  node::Consensus* consensus = node.consensus();
  ASTYQ_CHECK(consensus != nullptr);
  auto identity = node::read_public_identity(config.data_directory);
  if (!identity.ok()) return identity.fault();
  auto client = CometClient::connect(config.engine_rpc);
  if (!client.ok()) return client.fault();
  auto parts = std::make_unique<Parts>(*consensus, std::move(*identity), tell);
  parts->client = std::move(*client);
  // Whoever still calls one of these keeps the client.
  consensus->connect(
      {[client = parts->client](BytesView bundle) { return client->offer(bundle); },
       [client = parts->client](std::uint64_t height) { return client->certified(height); }});
  const std::string beside =
      "unix://" + std::filesystem::absolute(config.data_directory).string() + "/abci.sock";
  abci::Server::Options options;
  options.address = config.engine_socket.empty() ? beside : config.engine_socket;
  options.height = static_cast<std::int64_t>(consensus->standing().height);
  options.tell = std::move(tell);
  auto server = abci::Server::start(parts->application, std::move(options));
  if (!server.ok()) return server.fault();
  parts->server = std::move(*server);
  return std::unique_ptr<Membership>(new Membership(std::move(parts)));
}

}  // namespace astyq::consortium
