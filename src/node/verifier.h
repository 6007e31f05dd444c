// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "engine/member.h"

namespace astyq::node {

// engine::prepare over several threads. Returns the same members whatever their number.
std::vector<engine::Member> prepare_on(std::size_t threads, const std::vector<Bytes>& signed_txs,
                                       const engine::Form& form);

}  // namespace astyq::node
