// SPDX-License-Identifier: Apache-2.0
#include "modules/elevators/civil_year.h"

#include <gtest/gtest.h>

#include "ledger/view.h"

namespace astyq::elevators {
namespace {

bool is_leap(std::uint32_t year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

// Day by day through the calendar, over two turns of centuries with and without a leap day.
TEST(CivilYear, property_first_and_last_nanosecond_of_each_year) {
  std::int64_t start_ns = 0;
  for (std::uint32_t year = 1970; year < 2262; ++year) {
    const std::int64_t next_ns = start_ns + (is_leap(year) ? 366 : 365) * kDayNs;
    ASSERT_EQ(civil_year(start_ns), year);
    ASSERT_EQ(civil_year(next_ns - 1), year);
    ASSERT_EQ(civil_year(start_ns + 59 * kDayNs), year);
    start_ns = next_ns;
  }
}

}  // namespace
}  // namespace astyq::elevators
