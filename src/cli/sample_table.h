// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace astyq::cli {

// One line of a file of samples, by the names of the columns.
struct TableRow {
  std::uint64_t number = 0;  // line in the file: the first after the header is 2
  std::map<std::string, std::string, std::less<>> cells;
  std::string broken{};  // why the line has no cells; empty when it has

  // Empty when there is no such column.
  std::string_view cell(std::string_view column) const;
};

// A CSV file (RFC 4180, UTF-8, a header; a byte order mark is allowed) as text.
// Faults: `table_invalid` with the line.
Result<std::vector<TableRow>> read_table(std::string_view text);

}  // namespace astyq::cli
