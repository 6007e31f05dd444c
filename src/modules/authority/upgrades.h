// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "astyq/authority/v1/state.pb.h"
#include "ledger/view.h"

// Which protocol version a network goes over to, and at which height. Where validators vote on
// blocks they vote on that too; where none does, a change of rules says it.
namespace astyq::authority {

// Nothing where none is scheduled.
std::optional<v1::Upgrade> scheduled_upgrade(const View& view);

// The highest version that more than two thirds of the power have voted for, counting a vote for a
// later version too; 0 where there is none.
std::uint32_t version_of_quorum(const View& view);

// What the end of each block does. A version that has a quorum is scheduled, the rules' notice
// ahead; an upgrade that has lost it is called off; the last block before an upgrade's height
// writes its version into the rules, and the votes that it fulfils go. One is scheduled at a time.
void follow_version_votes(View& view);

// A vote for a version goes with the vote on blocks. Nothing happens where none was cast.
void drop_version_vote(View& view, std::uint64_t validator);

}  // namespace astyq::authority
