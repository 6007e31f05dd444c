// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace astyq::cli {

// "14", "14.2" or "14.25" as hundredths: 1400, 1420, 1425. Nothing for anything else: a sign, an
// exponent, a third decimal, a missing digit, more than 12 digits before the point.
std::optional<std::uint64_t> parse_hundredths(std::string_view text);

// "0" to "9223372036854775807" in canonical decimal; nothing for anything else.
std::optional<std::uint64_t> parse_whole(std::string_view text);

// 1425 as "14.25".
std::string show_hundredths(std::uint64_t hundredths);

// 1234567 as "1,234,567".
std::string show_whole(std::uint64_t number);

}  // namespace astyq::cli
