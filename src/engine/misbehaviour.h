// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "astyq/log/v1/log.pb.h"
#include "ledger/view.h"
#include "wire/block_header.h"

namespace astyq::engine {

// What consensus has proof of: whoever has or had the key of this address signed two blocks of this
// height. The same on every node, since the evidence stands in the block.
struct Misbehaviour {
  wire::ValidatorAddress address{};
  std::uint64_t height = 0;

  bool operator==(const Misbehaviour&) const = default;
};

// Takes each one's vote and raises an alarm, as authority::double_signed says.
void answer_misbehaviour(View& view, std::span<const Misbehaviour> found);

// As a block's record in the log has it. An address that is not of 20 bytes, which no node writes,
// is read as that of nobody.
std::vector<Misbehaviour> misbehaviour_of(const log::v1::BlockRecord& record);
void add_misbehaviour(std::span<const Misbehaviour> found, log::v1::BlockRecord& record);

}  // namespace astyq::engine
