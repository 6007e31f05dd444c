// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "astyq/elevators/v1/state.pb.h"
#include "ledger/view.h"

namespace astyq::elevators {

// Takes the outbound's kilograms out of its bin and its elevator's stock, and enters the row. A bin
// that is empty again takes any crop. Returns the outbound's id. Requires: the bin is the
// elevator's and holds as much.
std::uint64_t record_outbound(View& view, v1::Outbound outbound);

}  // namespace astyq::elevators
