// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "astyq/ledger/v1/genesis.pb.h"
#include "ledger/view.h"

namespace astyq::engine {

// Rules with which a new network may begin.
Rules default_rules();

// Whether several validators decide on blocks, by a consensus engine, instead of one node.
bool is_consortium(const ledger::v1::Genesis& genesis);

// Why the validators that it names can sign no network's headers; empty when they can.
std::string validators_problem(const ledger::v1::Genesis& genesis);

// Why the document cannot begin a network; empty when it can.
std::string genesis_problem(const ledger::v1::Genesis& genesis);

// Writes the first rows. Requires: genesis_problem is empty.
void write_genesis(View& view, const ledger::v1::Genesis& genesis);

}  // namespace astyq::engine
