// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "node/config.h"
#include "node/maintenance.h"
#include "store/snapshot.h"

namespace astyq::node {

// What a node's directory holds and keeps, for its operator: a line "name: value" each. The node
// may run meanwhile. Faults: `genesis_missing`, `data_directory_newer`, `log_corrupt`,
// `file_failed`.
Result<std::string> directory_status(const Config& config);

// Writes the snapshot of a height into a new directory, from what is kept; without a height that of
// the last block. The node may run meanwhile. Faults: `snapshot_exists`, `height_gone`,
// `height_ahead`; those of the image, the log and of replay().
Result<store::SnapshotName> make_snapshot(const std::string& data, const std::string& target,
                                          std::optional<std::uint64_t> height);

}  // namespace astyq::node
