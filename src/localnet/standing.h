// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "localnet/network.h"

namespace astyq::localnet {

// How many others a member's CometBFT is connected to; nothing when it does not say.
std::optional<std::size_t> peers_of(const Member& member);

}  // namespace astyq::localnet
