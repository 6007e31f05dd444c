// SPDX-License-Identifier: Apache-2.0
#include "modules/elevators/civil_year.h"

#include "base/check.h"
#include "ledger/view.h"

namespace astyq::elevators {
namespace {

constexpr std::int64_t kDaysIn4Years = 1'460;
constexpr std::int64_t kDaysIn100Years = 36'524;
constexpr std::int64_t kDaysIn400Years = 146'097;
constexpr std::int64_t kDaysBefore1970 = 719'468;  // since 1 March of year 0
constexpr std::int64_t kDaysFromMarchToYearEnd = 306;

}  // namespace

std::uint32_t civil_year(std::int64_t time_ns) {
  ASTYQ_CHECK(time_ns >= 0);
  // Years that begin in March put the leap day last, where it shifts no month.
  const std::int64_t days = time_ns / kDayNs + kDaysBefore1970;
  const std::int64_t day_of_era = days % kDaysIn400Years;
  const std::int64_t leap_days = day_of_era / kDaysIn4Years - day_of_era / kDaysIn100Years +
                                 day_of_era / (kDaysIn400Years - 1);
  const std::int64_t year_of_era = (day_of_era - leap_days) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t march_year = days / kDaysIn400Years * 400 + year_of_era;
  return static_cast<std::uint32_t>(march_year + (day_of_year >= kDaysFromMarchToYearEnd ? 1 : 0));
}

}  // namespace astyq::elevators
