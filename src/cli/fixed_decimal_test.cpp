// SPDX-License-Identifier: Apache-2.0
#include "cli/fixed_decimal.h"

#include <gtest/gtest.h>

namespace astyq::cli {
namespace {

TEST(FixedDecimal, reads_at_most_two_decimals) {
  EXPECT_EQ(parse_hundredths("14"), 1400u);
  EXPECT_EQ(parse_hundredths("14.2"), 1420u);
  EXPECT_EQ(parse_hundredths("0.05"), 5u);
  EXPECT_EQ(parse_hundredths("999999999999.99"), 99999999999999u);
  for (const char* wrong : {"", ".", "14.", ".5", "-1", "+1", "1e1", "014", "1.234", "1,5", " 1",
                            "1 ", "nan", "9999999999999", "1.2.3"})
    EXPECT_FALSE(parse_hundredths(wrong)) << wrong;
}

TEST(FixedDecimal, reads_whole_numbers_up_to_63_bits) {
  EXPECT_EQ(parse_whole("9223372036854775807"), 9223372036854775807u);
  for (const char* wrong : {"", "9223372036854775808", "99999999999999999999", "007", "-1", "1.0"})
    EXPECT_FALSE(parse_whole(wrong)) << wrong;
}

TEST(FixedDecimal, shows_what_it_read) {
  for (std::uint64_t number : {0u, 5u, 50u, 1425u, 10000u})
    EXPECT_EQ(parse_hundredths(show_hundredths(number)), number);
  EXPECT_EQ(show_whole(0), "0");
  EXPECT_EQ(show_whole(999), "999");
  EXPECT_EQ(show_whole(1234567), "1,234,567");
}

}  // namespace
}  // namespace astyq::cli
