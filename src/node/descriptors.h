// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/result.h"

namespace astyq::node {

// What is kept from connections: some 60 for the image, as many for a kept copy that is read and
// for the index, and a few for log, listener and terminal.
inline constexpr std::uint32_t kOwnDescriptors = 192;

// Raises this process's limit of open files as far as it may, so that connections can never leave
// the ledger without a file to write to. Returns how many connections fit, at most `wanted`.
// Faults: `too_few_descriptors`.
Result<std::uint32_t> connections_that_fit(std::uint32_t wanted);

}  // namespace astyq::node
