// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "astyq/comet/v1/types.pb.h"
#include "engine/engine.h"

namespace astyq::audit {

// Why a consortium's header is not one that its validators signed; empty when more than two thirds
// of their power did. `engine`: after the block two before the header's, whose state names them
// (CometBFT takes a change of validators up two blocks later).
std::string why_not_certified(const comet::v1::SignedHeader& signed_header,
                              const engine::Engine& engine);

}  // namespace astyq::audit
