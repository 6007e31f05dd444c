// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/exchange.h"

namespace astyq::http {

// A whole decimal number without leading zeros. Faults: `parameter_invalid` naming the parameter.
Result<std::uint64_t> parse_number(const std::string& name, std::string_view text);
// From the query; `usual` when it is not given. Faults: as above, also for more than `most`, or 0.
Result<std::uint64_t> positive_parameter(const Request& request, const std::string& name,
                                         std::uint64_t usual, std::uint64_t most);

}  // namespace astyq::http
