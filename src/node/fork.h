// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "node/durable_ledger.h"

// Another network that goes on from a state of this one. Its genesis names the origin; genesis and
// log of the network before it are kept in origin/<height>/ of the node's directory.
namespace astyq::node {

// The genesis of the network that goes on from the engine's state under another name. Faults:
// `genesis_invalid`.
Result<ledger::v1::Genesis> fork_genesis(const ledger::v1::Genesis& genesis,
                                         const engine::Engine& engine, const std::string& name);

// Makes the ledger of a node's directory the first state of another network; returns its genesis.
// An interruption leaves the former network, or a fork that finish_fork ends. Requires: the
// directory is held. Faults: `genesis_invalid`, `file_failed`, those of the image.
Result<ledger::v1::Genesis> begin_fork(const std::string& data,
                                       std::unique_ptr<DurableLedger> ledger,
                                       const std::string& name);

// Ends a fork that an interruption left half way, and the rollback that it came of; nothing happens
// where there is none. Requires:
// the directory is held. Faults: `genesis_invalid`, `file_failed`.
Status finish_fork(const std::string& data);

}  // namespace astyq::node
