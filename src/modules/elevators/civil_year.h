// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace astyq::elevators {

// The Gregorian year (UTC) of a block time. Requires: not before 1970.
// Source: the era arithmetic of the proleptic Gregorian calendar, 146,097 days in 400 years.
std::uint32_t civil_year(std::int64_t time_ns);

}  // namespace astyq::elevators
