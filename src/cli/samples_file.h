// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/sample_table.h"

namespace astyq::cli {

// Rows of the USDA-ARS file of grain samples, or of one with its columns. Faults: `table_invalid`,
// those of read_file.
Result<std::vector<TableRow>> read_samples_file(const std::string& path);

// Where the file lies: beside the sources, or where a package puts it.
std::string default_samples_path();

}  // namespace astyq::cli
