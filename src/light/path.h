// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "light/verify.h"

// Many steps of a light client. Source: cometbft light/client.go (verifySkipping), with 1/2 for the
// place of the next block to ask for.
namespace astyq::light {

// The block of a height, from whoever has it. Not believed.
using Fetch = std::function<Result<comet::v1::LightBlock>(std::int64_t height)>;
// One step, as verify with terms and a time of the caller's.
using Judge = std::function<Judgement(const Trusted&, const comet::v1::LightBlock&)>;

// The blocks that lead from what is trusted to the one of `height`, that one last: as far as the
// trust reaches each time, halving where it does not reach. At most one fetch a height.
// Requires: height > trusted.height. Faults: those of `fetch`, the reason of a verdict of kInvalid,
// and `light_other_height` for a block that was not asked for.
Result<std::vector<comet::v1::LightBlock>> find_path(Trusted trusted, std::int64_t height,
                                                     const Fetch& fetch, const Judge& judge);

// What is trusted at the end of a path. Faults: the reason of the first verdict that is not
// kSuccess.
Result<Trusted> walk_path(Trusted trusted, std::span<const comet::v1::LightBlock* const> path,
                          const Judge& judge);

}  // namespace astyq::light
