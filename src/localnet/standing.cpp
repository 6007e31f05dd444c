// SPDX-License-Identifier: Apache-2.0
#include "localnet/standing.h"

#include "consortium/comet_client.h"

namespace astyq::localnet {

std::optional<std::size_t> peers_of(const Member& member) {
  const auto client = consortium::CometClient::connect(member.rpc_url());
  if (!client.ok()) return std::nullopt;
  const auto standing = (*client)->standing();
  if (!standing.ok()) return std::nullopt;
  return standing->peers;
}

}  // namespace astyq::localnet
