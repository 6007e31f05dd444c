// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/exchange.h"
#include "query/transaction_index.h"

namespace astyq::http {

// A whole decimal number without leading zeros. Faults: `parameter_invalid` naming the parameter.
Result<std::uint64_t> parse_number(const std::string& name, std::string_view text);
// From the query; `usual` when it is not given. Faults: as above, also for more than `most`, or 0.
Result<std::uint64_t> positive_parameter(const Request& request, const std::string& name,
                                         std::uint64_t usual, std::uint64_t most);

// From the query, false when it is not given. Faults: `parameter_invalid`.
Result<bool> flag_parameter(const Request& request, const std::string& name);
// at_height of the query; nothing when it is not given. Faults: `parameter_invalid`.
Result<std::optional<std::uint64_t>> height_parameter(const Request& request);

// What names a transaction in an address; `id` is 32 hexadecimal digits, or a public key in
// hexadecimal, ':' and its number. Faults: `parameter_invalid`.
Result<query::TransactionName> parse_name(const std::string& party, const std::string& id);

}  // namespace astyq::http
